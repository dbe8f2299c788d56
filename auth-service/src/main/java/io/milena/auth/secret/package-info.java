/**
 * The secrets that clients log in with: how they are made, hashed and compared. It uses no other room.
 */
package io.milena.auth.secret;
