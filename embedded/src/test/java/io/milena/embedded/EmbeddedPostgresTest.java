package io.milena.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.testing.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @TempDir
    Path dir;

    @Test
    void isDurableAndAsksForThePassword() throws Exception {
        int port = FreePorts.take();
        try (var postgres = EmbeddedPostgres.start(dir, port, "secret")) {
            try (var connection = connect(postgres, "secret")) {
                assertThat(value(connection, "show fsync")).isEqualTo("on");
                assertThat(value(connection, "show synchronous_commit")).isEqualTo("on");
                assertThat(value(connection, "show server_encoding")).isEqualTo("UTF8");
            }
            assertThatThrownBy(() -> connect(postgres, "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void stopsTheServerThatAKilledJvmLeftBehindAndKeepsItsTables() throws Exception {
        var left = EmbeddedPostgres.start(dir, FreePorts.take(), "secret");
        try (var connection = connect(left, "secret");
                var statement = connection.createStatement()) {
            statement.execute("create table kept as select 42 as answer");
        }
        var leftProcess = ProcessHandle.of(left.pid()).orElseThrow();

        try (var next = EmbeddedPostgres.start(dir, FreePorts.take(), "secret");
                var connection = connect(next, "secret")) {
            leftProcess.onExit().get(10, TimeUnit.SECONDS);
            assertThat(value(connection, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(dir, taken.getLocalPort(), "secret"))
                    .isInstanceOf(StartException.class)
                    .hasMessage("port %d (PostgreSQL) cannot be used: another program listens on it"
                            .formatted(taken.getLocalPort()));
        }
    }

    private static Connection connect(EmbeddedPostgres postgres, String password) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), password);
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
