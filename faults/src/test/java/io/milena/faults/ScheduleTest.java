package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    @Test
    void eachNemesisComesOnceInEachRoundInAnOrderOfTheSeed() {
        var all = Stream.concat(Nemeses.slow(3).stream(), Nemeses.kills(3).stream())
                .toList();

        var first = names(new Schedule(all, 7, 1, 2), all.size());

        assertThat(first)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(Nemesis::name).toList())
                .doesNotHaveDuplicates()
                .contains("kafka-3: kill -9", "rolling restart", "DNS: silent");
        assertThat(names(new Schedule(all, 7, 1, 2), all.size())).isEqualTo(first);
        assertThat(names(new Schedule(all, 8, 1, 2), all.size())).isNotEqualTo(first);
    }

    @Test
    void itKnowsWhenAllWereThere() {
        var all = Nemeses.kills(1);
        var schedule = new Schedule(all, 1, 1, 2);

        names(schedule, all.size() - 1);
        assertThat(schedule.hadAll()).isFalse();
        schedule.next();
        assertThat(schedule.hadAll()).isTrue();
    }

    @Test
    void optionsAreRead() {
        var options = Options.parse("./milena", "--minutes", "60", "--seed", "42", "--brokers", "3", "--only", "kill");

        assertThat(options.length()).isEqualTo(Duration.ofHours(1));
        assertThat(options.seed()).isEqualTo(42);
        assertThat(options.only()).isEqualTo("kill");
        assertThat(options.brokers()).isEqualTo(3);
        assertThat(Options.parse("./milena").length()).isEqualTo(Duration.ofMinutes(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--minutes 0", "--minutes x", "--brokers 2", "--seed -1", "--seed", "--nonsense 1"})
    void nonsenseIsRefusedByName(String arguments) {
        assertThatThrownBy(() -> Options.parse(("./milena " + arguments).split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(arguments.split(" ")[0]);
    }

    private static List<String> names(Schedule schedule, int count) {
        return Stream.generate(schedule::next).limit(count).map(Nemesis::name).toList();
    }
}
