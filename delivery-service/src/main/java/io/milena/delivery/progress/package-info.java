/** How far partitions are settled, in the form of commits. Uses no other package. */
package io.milena.delivery.progress;
