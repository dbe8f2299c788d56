/** The postbox: where a newcomer's mail goes instead of to the world, and the page that shows it. */
package io.milena.standalone.postbox;
