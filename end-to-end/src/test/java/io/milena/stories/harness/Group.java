package io.milena.stories.harness;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** A consumer group in the brokers' view. */
public final class Group implements AutoCloseable {
    private final Admin admin;
    private final String name;

    private Group(Admin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    public static Group of(Platform platform, String name) {
        return new Group(Admin.create(Map.of("bootstrap.servers", platform.kafka())), name);
    }

    /** Waits until the group has that many members. */
    public void awaitMembers(int count) {
        await(name + " has " + count + " members").until(() -> members() == count);
    }

    private int members() throws ExecutionException, InterruptedException {
        return admin.describeConsumerGroups(List.of(name))
                .describedGroups()
                .get(name)
                .get()
                .members()
                .size();
    }

    @Override
    public void close() {
        admin.close();
    }
}
