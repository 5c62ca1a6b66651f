package dev.mirror.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** One headless Chromium with an empty profile of its own. Waits have a generous deadline: machines are busy. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;
    // Only by the test's thread: what the console said so far; the driver hands each line out once.
    private final List<String> console = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Skips the calling test where no browser is installed, or fails it where MIRROR_REQUIRE_BROWSER is true. */
    static void require() {
        String missing = Stream.of("chromium", "chromedriver")
                .filter(name -> onPath(name).isEmpty())
                .reduce((a, b) -> a + " and " + b)
                .orElse("");
        if (!missing.isEmpty() && "true".equals(System.getenv("MIRROR_REQUIRE_BROWSER"))) {
            Assertions.fail("MIRROR_REQUIRE_BROWSER is true, but the PATH has no " + missing);
        }
        Assumptions.assumeTrue(missing.isEmpty(), "the browser tests need " + missing + " on the PATH");
    }

    private static Optional<File> onPath(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst();
    }

    /** Opens a browser. The profile is an empty folder that nobody else uses. */
    static Browser open(Path profile, int width, int height, String... more) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium").orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-GB",
                "--window-size=" + width + "," + height,
                "--user-data-dir=" + profile);
        options.addArguments(more);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver").orElseThrow())
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return new Browser(driver);
    }

    /** Makes the page believe in a phone. */
    void becomePhone(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", true));
    }

    void preferDark() {
        Map<String, String> dark = Map.of("name", "prefers-color-scheme", "value", "dark");
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(dark)));
    }

    void go(String address) {
        driver.get(address);
    }

    void forgetCookies() {
        driver.manage().deleteAllCookies();
    }

    String address() {
        return String.valueOf(driver.getCurrentUrl());
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Opens another tab, which shares all that is stored but what belongs to a tab, and turns to it. */
    String newTab() {
        return driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
    }

    /** The tab that it is turned to. */
    String tab() {
        return driver.getWindowHandle();
    }

    void turnTo(String tab) {
        driver.switchTo().window(tab);
    }

    void closeTab() {
        driver.close();
    }

    void back() {
        driver.navigate().back();
    }

    WebElement one(String selector) {
        return until(selector, () -> driver.findElement(By.cssSelector(selector)));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The element that has the focus. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    void click(String selector) {
        waitUntil(selector + " can be clicked", () -> {
            WebElement element = one(selector);
            return element.isDisplayed() && element.isEnabled();
        });
        one(selector).click();
    }

    void type(String selector, CharSequence... keys) {
        waitUntil(selector + " is shown", () -> one(selector).isDisplayed());
        one(selector).sendKeys(keys);
    }

    /** Presses keys wherever the focus is, as a person without a mouse. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Points at an element with the mouse. */
    void hover(WebElement element) {
        new Actions(driver).moveToElement(element).perform();
    }

    void pressWithShift(Keys key) {
        new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T run(String script, Object... arguments) {
        @SuppressWarnings("unchecked")
        T result = (T) ((JavascriptExecutor) driver).executeScript(script, arguments);
        return result;
    }

    /** Runs a script that calls its last argument when it is done. */
    Object runAsync(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeAsyncScript(script, arguments);
    }

    void waitUntil(String what, BooleanSupplier condition) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
                .ignoring(StaleElementReferenceException.class)
                .withMessage(what)
                .until(ignored -> condition.getAsBoolean());
    }

    private <T> T until(String what, java.util.function.Supplier<T> found) {
        return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
                .ignoring(org.openqa.selenium.NoSuchElementException.class)
                .withMessage(what)
                .until(ignored -> found.get());
    }

    /** Waits until some element shows exactly this text. */
    void see(String selector, String text) {
        waitUntil("'" + text + "' in " + selector, () -> texts(selector).contains(text));
    }

    /** The texts of elements, as they are in the document, whatever a style makes of them. */
    List<String> texts(String selector) {
        return run(
                "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent.trim())", selector);
    }

    /** All that the console said since the browser was opened. */
    List<String> console() {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            console.add(entry.getLevel() + " " + entry.getMessage());
        }
        return List.copyOf(console);
    }

    /** Lets go of what a test provoked. */
    void forgetConsole() {
        List<String> provoked = console();
        console.removeAll(provoked);
    }

    /** Nothing was refused by the content security policy or by Trusted Types, and no script failed. */
    void assertCleanConsole() {
        assertThat(console())
                .noneMatch(line -> line.contains("Content Security Policy")
                        || line.contains("Content-Security-Policy")
                        || line.contains("TrustedHTML")
                        || line.contains("TrustedScript")
                        || line.contains("Uncaught"));
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** An empty folder for a profile. */
    static Path profile(Path parent, String name) throws java.io.IOException {
        return Files.createDirectories(parent.resolve("profile-" + name));
    }
}
