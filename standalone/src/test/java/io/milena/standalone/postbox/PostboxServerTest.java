package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.testing.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostboxServerTest {
    private static final int CONNECTIONS = 400;

    @Test
    void greetsAllThatDeliveryOpensInOneMoment(@TempDir Path directory) throws IOException {
        int port = FreePorts.take();
        var opened = new ArrayList<SocketChannel>();
        try (var server = PostboxServer.start(port, new Postbox(directory));
                var selector = Selector.open()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                var channel = SocketChannel.open();
                opened.add(channel);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                channel.register(selector, SelectionKey.OP_CONNECT);
            }
            assertThat(greeted(selector)).isEqualTo(CONNECTIONS);
        } finally {
            for (var channel : opened) {
                channel.close();
            }
        }
    }

    /** How many connections were greeted, until none was for a time far longer than a greeting takes. */
    private static int greeted(Selector selector) throws IOException {
        int greeted = 0;
        while (greeted < CONNECTIONS && selector.select(20_000) > 0) {
            for (var key : selector.selectedKeys()) {
                var channel = (SocketChannel) key.channel();
                if (key.isConnectable() && channel.finishConnect()) {
                    key.interestOps(SelectionKey.OP_READ);
                } else if (key.isReadable() && channel.read(ByteBuffer.allocate(100)) > 0) {
                    key.cancel();
                    greeted++;
                }
            }
            selector.selectedKeys().clear();
        }
        return greeted;
    }
}
