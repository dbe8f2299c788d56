package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** The inbox works in a browser. */
class InboxBrowserTest extends InboxInBrowser {
    @Test
    void aLinkOfHtmlMailOpensInATabOfItsOwnAndScriptsDoNotRun() throws IOException {
        fill();
        browser.get(inbox.url("/inbox"));
        open("Confirm your address");
        var tab = browser.getWindowHandle();

        browser.switchTo().frame(find("iframe"));
        assertThat(browser.executeScript("return document.querySelector('img').naturalWidth"))
                .isEqualTo(180L);
        assertThat(find("#mark").getText()).isEqualTo("No script has run.");
        find("#confirm").click();

        browser.switchTo().window(otherThan(tab));
        until("the page that the link leads to", () -> "Confirmed".equals(browser.getTitle()));
        assertThat(browser.executeScript("return window.opener === null && document.domain === 'localhost'"))
                .isEqualTo(true);
        browser.close();
        browser.switchTo().window(tab);
        assertThat(find("h1").getText()).isEqualTo("Confirm your address");
        browser.switchTo().frame(find("iframe"));
        assertThat(find("#confirm").isDisplayed()).isTrue();
    }

    @Test
    void aLinkOfTextOpensInATabOfItsOwn() throws IOException {
        fill();
        browser.get(inbox.url("/inbox"));
        open("Reset your password");
        var tab = browser.getWindowHandle();

        assertThat(find(".text a").getText()).isEqualTo(shopUrl("/reset?token=3f9a"));
        find(".text a").click();

        browser.switchTo().window(otherThan(tab));
        until("the page that the link leads to", () -> "Confirmed".equals(browser.getTitle()));
        assertThat(browser.executeScript("return window.opener === null")).isEqualTo(true);
    }

    @Test
    void searchLooksThroughTextsAndOneMessageIsDeleted() throws IOException {
        fill();
        browser.get(inbox.url("/inbox"));
        until("all messages", () -> rows().size() == 4);

        find("#search").sendKeys("sealing wax enclosed");
        until("the one message", () -> rows().size() == 1);
        rows().getFirst().click();
        assertThat(find(".act.command code").getText()).isEqualTo("./milena message 1m862bw14q0ptpbt");
        assertThat(find(".act[download]").getDomProperty("href")).endsWith("/eml");
        browser.findElements(By.cssSelector(".act")).getLast().click();

        until("no message that is found", () -> rows().isEmpty());
        find("#search").clear();
        find("#search").sendKeys(" ");
        until("the others", () -> rows().size() == 3);
        assertThat(inbox.postbox.list().messages()).hasSize(3);
    }

    private String otherThan(String tab) {
        until("a second tab", () -> browser.getWindowHandles().size() == 2);
        return browser.getWindowHandles().stream()
                .filter(handle -> !handle.equals(tab))
                .findFirst()
                .orElseThrow();
    }
}
