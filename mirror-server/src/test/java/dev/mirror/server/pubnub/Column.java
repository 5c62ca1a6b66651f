package dev.mirror.server.pubnub;

/** Who tries a behaviour: a column of the table. */
enum Column {
    JAVA("Java 6.3.6"),
    JS7("JS 7.3.3"),
    JS3("JS 3.16.5"),
    RAW("by hand");

    private final String title;

    Column(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
