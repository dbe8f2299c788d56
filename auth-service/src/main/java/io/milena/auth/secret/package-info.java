/** The secrets that clients log in with: how they are made and how they are kept. */
package io.milena.auth.secret;
