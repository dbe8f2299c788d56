package io.milena.standalone.postbox;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The inbox in a browser, and what its tests do there. */
abstract class InboxInBrowser {
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final String LONG_SUBJECT =
            "Your invoice 2026-11-0042 for the delivery of fourteen boxes of assorted"
                    + " stationery, envelopes and sealing wax to the branch office in Valparaíso, Chile";

    @TempDir
    static Path profile;

    static ChromeDriver browser;

    RunningInbox inbox;
    private HttpServer shop;

    @BeforeAll
    static void startBrowser() {
        assumeTrue(
                BROWSER.canExecute() && DRIVER.canExecute(),
                "the inbox is not seen in a browser: %s or %s is not there (apt-get install chromium chromium-driver)"
                        .formatted(BROWSER, DRIVER));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(),
                new ChromeOptions()
                        .setBinary(BROWSER)
                        .addArguments(
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-background-networking",
                                "--window-size=1280,860",
                                "--user-data-dir=" + profile));
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        inbox = new RunningInbox(directory);
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/", exchange -> {
            byte[] page = "<title>Confirmed</title>Thank you.".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        shop.start();
    }

    @AfterEach
    void stop() {
        var tabs = List.copyOf(browser.getWindowHandles());
        tabs.subList(1, tabs.size())
                .forEach(tab -> browser.switchTo().window(tab).close());
        browser.switchTo().window(tabs.getFirst());
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        shop.stop(0);
        inbox.close();
    }

    List<WebElement> rows() {
        return browser.findElements(By.cssSelector(".row"));
    }

    void open(String subject) {
        find(".row");
        rows().stream()
                .filter(row -> row.getText().contains(subject))
                .findFirst()
                .orElseThrow()
                .click();
        until("the message", () -> find("h1").getText().startsWith(subject));
    }

    WebElement find(String selector) {
        until(selector, () -> !browser.findElements(By.cssSelector(selector)).isEmpty());
        return browser.findElement(By.cssSelector(selector));
    }

    static void until(String awaited, Callable<Boolean> condition) {
        await(awaited)
                .atMost(Duration.ofMinutes(1))
                // The page may be redrawn while it is queried.
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(condition);
    }

    String shopUrl(String path) {
        return "http://localhost:" + shop.getAddress().getPort() + path;
    }

    void fill() throws IOException {
        inbox.keep("ben@example.org", """
                Received: from app ([127.0.0.1])
                \tby localhost with ESMTPA id 1m862bw14q0ptpbs;
                \tMon, 30 Nov 2026 18:00:00 +0000
                From: Paper & Post <app@shop.example>
                Subject: Confirm your address
                MIME-Version: 1.0
                Content-Type: multipart/related; boundary=all

                --all
                Content-Type: text/html; charset=utf-8

                <div style="max-width:480px;margin:auto;text-align:center"><img src="cid:logo@shop" alt="Paper &amp; Post">
                <h2>One more step, Ben</h2><p>Please confirm that this address is yours.</p>
                <p><a id=confirm target=_top rel=opener style="background:#b3412c;color:#fff;padding:10px 22px;border-radius:8px;text-decoration:none"
                 href="%s">Confirm</a></p><p id=mark>No script has run.</p></div>
                <script>document.getElementById('mark').textContent = 'A script has run.'</script>
                --all
                Content-Type: image/png
                Content-ID: <logo@shop>
                Content-Transfer-Encoding: base64

                %s
                --all--
                """.formatted(shopUrl("/confirm?a=1&amp;b=2"), logo()));
        inbox.keep("carla.montenegro-villanueva@customers.example.org", """
                Received: from app ([127.0.0.1])
                \tby localhost with ESMTPA id 1m862bw14q0ptpbt;
                \tMon, 30 Nov 2026 18:01:00 +0000
                From: =?UTF-8?Q?Anna_Nov=C3=A1kov=C3=A1_from_Accounting?= <anna.novakova@accounting.shop.example>
                Subject: =?UTF-8?B?%s?=
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=all

                --all
                Content-Type: text/plain; charset=utf-8

                Dear Carla,

                please find the invoice and a sample of the sealing wax enclosed.

                Anna
                --all
                Content-Type: application/pdf
                Content-Disposition: attachment; filename="invoice-2026-11-0042.pdf"

                %%PDF
                --all--
                """.formatted(
                        Base64.getEncoder().encodeToString(LONG_SUBJECT.getBytes(StandardCharsets.UTF_8))));
        inbox.keep("ben@example.org", """
                Received: from app ([127.0.0.1])
                \tby localhost with ESMTPA id 1m862bw14q0ptpbu;
                \tMon, 30 Nov 2026 18:02:00 +0000
                From: app@shop.example
                Subject: Reset your password
                Content-Type: text/plain; charset=utf-8

                Hello Ben,

                open %s (it is valid for an hour).

                Did you not ask for it? Tell us: https://shop.example/help/contact.
                """.formatted(shopUrl("/reset?token=3f9a")));
        inbox.keep("app@shop.example", "Subject: Undelivered mail\n\nIt could not be delivered.\n");
    }

    /** A picture of 180 by 48 pixels. */
    private static String logo() throws IOException {
        var image = new BufferedImage(180, 48, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(new Color(0xb3412c));
        graphics.fillRect(0, 0, 180, 48);
        graphics.setColor(Color.WHITE);
        graphics.drawRect(10, 10, 40, 27);
        graphics.drawLine(10, 10, 30, 26);
        graphics.drawLine(50, 10, 30, 26);
        graphics.dispose();
        var png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }
}
