package io.milena.standalone.platform;

import io.milena.auth.AuthSettings;
import io.milena.bounce.BounceConfig;
import io.milena.delivery.DeliveryConfig;
import io.milena.ingest.IngestSettings;
import io.milena.operator.AdminSettings;
import io.milena.service.ConfigurationCheck;
import io.milena.service.GivenSetting;
import io.milena.service.MetricsSettings;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The configuration of the whole platform, and the check for errors in it. */
public final class Configuration {
    /** Configuration interfaces of every service and of standalone. */
    public static final List<Class<?>> MAPPINGS = List.of(
            IngestSettings.class,
            AuthSettings.class,
            AdminSettings.class,
            DeliveryConfig.class,
            BounceConfig.class,
            KafkaSettings.class,
            RetrySettings.class,
            MetricsSettings.class,
            StandaloneConfig.class);

    private Configuration() {}

    /** The settings of an operator's file. Throws {@link SettingsException} if the file cannot be read. */
    public static List<GivenSetting> read(Path file) {
        try {
            return GivenSetting.of(file);
        } catch (IOException e) {
            throw new SettingsException(List.of("the configuration file " + file + " cannot be read: " + reason(e)));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(List.of(e.getMessage()));
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof NoSuchFileException ? "there is none" : failure.getMessage();
    }

    /** One sentence, with file and line, for each error in an operator's file. */
    public static List<String> problems(List<GivenSetting> settings) {
        var problems = new ArrayList<String>();
        for (var setting : settings) {
            if (!setting.key().matches("(%[\\w,]+\\.)?(milena|quarkus)\\..+")) {
                problems.add("%s: %s (expected: keys that begin with milena. or quarkus.)"
                        .formatted(setting.origin(), setting.key()));
            }
        }
        problems.addAll(new ConfigurationCheck(MAPPINGS).problems(settings));
        return problems;
    }

    /** Throws {@link SettingsException} if a system property or the environment sets an unknown key or a bad value. */
    static void requireSoundProcess() {
        var problems = new ConfigurationCheck(MAPPINGS).problems(System.getProperties(), System.getenv());
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
