/** The progress of the groups of consumers over REST. May use nothing of delivery but the operators' basics. */
package io.milena.delivery.operator.group;
