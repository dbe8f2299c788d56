package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

/** The inbox looks right. The pictures in {@code target/screenshots} are for a person to look at. */
class InboxPicturesTest extends InboxInBrowser {
    private static final Path PICTURES = Path.of("target/screenshots");

    @ParameterizedTest
    @CsvSource({
        "light, light, 1280, 860",
        "dark, dark, 1280, 860",
        "narrow, light, 390, 844",
        "narrow-dark, dark, 390, 844"
    })
    void looksRight(String name, String scheme, int width, int height) throws IOException {
        fill();
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        browser.get(inbox.url("/"));
        picture(name + "-list", find(".row"));

        open("Confirm your address");
        picture(name + "-html", find("iframe"));
        assertThat(wide()).as("wider than the screen").isLessThanOrEqualTo(width);
        back(width);

        open("Reset your password");
        picture(name + "-text", find(".text a"));
        back(width);

        open("Your invoice");
        picture(name + "-long", find(".file"));
        assertThat(wide()).as("wider than the screen").isLessThanOrEqualTo(width);
        assertThat(find(".tab").getRect().getY()).as("where the text begins").isLessThan(height / 2);
    }

    private void back(int width) {
        if (width < 500) {
            find(".back").click();
        }
    }

    private long wide() {
        return (Long) browser.executeScript("return document.documentElement.scrollWidth");
    }

    /** Takes a picture when the element is there and the frame, if any, has its content. */
    private void picture(String name, WebElement shown) throws IOException {
        if (shown.getTagName().equals("iframe")) {
            browser.switchTo().frame(shown);
            find("#confirm");
            browser.switchTo().defaultContent();
        }
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve("inbox-" + name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }
}
