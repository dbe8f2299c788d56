package io.milena.delivery;

import io.milena.delivery.relay.Line;

/** Ignores all connection events. */
record Unobserved() implements Line.Observer {
    @Override
    public void connecting() {}

    @Override
    public void opened() {}

    @Override
    public void closed() {}

    @Override
    public void troubled() {}
}
