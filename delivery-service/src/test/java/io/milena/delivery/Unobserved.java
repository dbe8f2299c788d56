package io.milena.delivery;

/** Nobody wants to know of the connections. */
record Unobserved() implements Relay.Observer {
    @Override
    public void connecting() {}

    @Override
    public void opened() {}

    @Override
    public void closed() {}

    @Override
    public void troubled() {}
}
