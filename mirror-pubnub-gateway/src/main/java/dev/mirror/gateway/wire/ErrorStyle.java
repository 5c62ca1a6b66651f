package dev.mirror.gateway.wire;

/**
 * The form in which a service of PubNub's says that something went wrong; SDKs read the one they expect.
 *
 * @param form which of the forms
 * @param name the name of the service, or of the source, in it
 */
public record ErrorStyle(Form form, String name) {
    /** The forms. */
    public enum Form {
        /** {@code [0,"text","timetoken"]} */
        ARRAY,
        /** {@code {"message":"text","error":true,"service":"name","status":400}} */
        SERVICE,
        /** {@code {"status":400,"error":{"message":"text","source":"name"}}} */
        NESTED,
        /** {@code {"status":400,"error":true,"error_message":"text","channels":{}}} */
        HISTORY
    }

    /** Publish and signal. */
    public static final ErrorStyle ARRAY = new ErrorStyle(Form.ARRAY, "");

    /** Both histories. */
    public static final ErrorStyle HISTORY = new ErrorStyle(Form.HISTORY, "");

    /** Access Manager, presence, groups, the balancer. */
    public static ErrorStyle service(String name) {
        return new ErrorStyle(Form.SERVICE, name);
    }

    /** Actions, grants. */
    public static ErrorStyle nested(String source) {
        return new ErrorStyle(Form.NESTED, source);
    }

    /**
     * Says it.
     *
     * @param timetoken the time, for the form that has one
     */
    public Answer answer(int status, String message, long timetoken) {
        String text = JsonText.quote(message);
        return Answer.of(
                status,
                switch (form) {
                    case ARRAY -> status == 413 ? "[0," + text + "]" : "[0," + text + ",\"" + timetoken + "\"]";
                    case SERVICE ->
                        "{\"message\":" + text + ",\"error\":true,\"service\":" + JsonText.quote(name) + ",\"status\":"
                                + status + "}";
                    case NESTED ->
                        "{\"status\":" + status + ",\"error\":{\"message\":" + text + ",\"source\":"
                                + JsonText.quote(name) + "}}";
                    case HISTORY ->
                        "{\"status\":" + status + ",\"error\":true,\"error_message\":" + text + ",\"channels\":{}}";
                });
    }
}
