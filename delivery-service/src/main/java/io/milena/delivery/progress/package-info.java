/** How far partitions are settled, as commits tell it. Uses no other package. */
package io.milena.delivery.progress;
