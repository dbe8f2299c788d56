/** The postbox, which receives a newcomer's mail in place of the real recipients, and the page that shows it. */
package io.milena.standalone.postbox;
