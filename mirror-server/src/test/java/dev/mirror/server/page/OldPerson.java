package dev.mirror.server.page;

/** Somebody at a page of 2018: what they do, and what they wait to see. */
final class OldPerson {
    private final Browser browser;
    private final String name;

    private OldPerson(Browser browser, String name) {
        this.browser = browser;
        this.name = name;
    }

    /** Signs up by the form of 2018, and waits until the page has told the server who it is. */
    static OldPerson signsUp(Browser browser, String address, String name) {
        OldPerson person = new OldPerson(browser, name);
        person.comesIn(address, "new");
        return person;
    }

    /** Comes again, by the other form. */
    void logsIn(String address) {
        comesIn(address, "in");
    }

    private void comesIn(String address, String form) {
        browser.go(address + "/");
        browser.forgetCookies();
        browser.go(address + "/");
        browser.type("#" + form + " [name=user]", name);
        browser.type("#" + form + " [name=pass]", "a password of " + name);
        browser.click("#" + form + " button");
        browser.one("body[data-registered=true]");
    }

    String name() {
        return name;
    }

    String userId() {
        return browser.run("return me.UserId");
    }

    String channelId() {
        return browser.run("return me.ChannelId");
    }

    void joins(String channel) {
        browser.run("listen(arguments[0])", channel);
    }

    void writesTo(String userId) {
        browser.run("write(arguments[0])", userId);
    }

    void says(String channel, String text) {
        browser.run("say(arguments[0], arguments[1])", channel, text);
    }

    void reads(String channel, String from, String text) {
        browser.see("#log li", channel + ' ' + from + ": " + text);
    }

    /** What was said on a channel, each with who said it. */
    java.util.List<String> all(String channel) {
        return browser.texts("#log li").stream()
                .filter(line -> line.startsWith(channel + ' '))
                .map(line -> line.substring(channel.length() + 1))
                .toList();
    }
}
