// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.util.List;

/** All applications that can be measured, in the order of the table. */
public final class Applications {

    private static final String JSON = "application/json";
    private static final String FASTAPI = "fastapi_routes";
    private static final String COMPUTE = "compute";
    private static final String FLASK = "flask_routes";
    private static final int SMALL_RECORDS = 200;
    private static final int LARGE_RECORDS = 2_000;
    private static final String NOTE = ",\"note\":\"" + "0123456789".repeat(45) + "\"";
    private static final int SLEEPERS = 1_000;
    private static final int UPLOAD_BYTES = 64 * 1024;
    private static final String BOUNDARY = "polyloom-bench-7f3a";

    /** What the short form measures: one application of each kind. */
    public static final List<String> SMOKE =
            List.of("fastapi-hello", "square", "flask-hello", "java-function");

    /** A Java function that does nothing. */
    public static final Application NOTHING =
            new Application(
                    "java-nothing",
                    Kind.JAVA,
                    "Nothing",
                    "",
                    Request.get("/nothing"),
                    "nothing",
                    0,
                    1,
                    List.of());

    private Applications() {}

    /** All of them. */
    public static List<Application> all() {
        return List.of(
                Application.of(
                        "asgi-hello", Kind.ASGI, "plain_asgi", Request.get("/"), "Hello, world"),
                fastapi("fastapi-hello", "/hello", "{\"message\":\"Hello, world\"}"),
                fastapi("fastapi-sync", "/sync?x=42", "{\"name\":\"world\",\"square\":1764}"),
                fastapi("fastapi-async", "/async?x=42", "{\"name\":\"world\",\"square\":1764}"),
                new Application(
                        "square",
                        Kind.ENDPOINT,
                        "square_endpoint",
                        "square_fastapi",
                        Request.get("/?x=42"),
                        "{\"square\":1764}",
                        0,
                        1,
                        List.of()),
                order(),
                fastapi("fastapi-json-10k", "/json-small", Answers.records(SMALL_RECORDS, "")),
                fastapi("fastapi-json-1m", "/json-large", Answers.records(LARGE_RECORDS, NOTE)),
                fastapi(
                        "fastapi-dependencies",
                        "/dependencies?name=Ada",
                        "{\"user\":{\"name\":\"Ada\",\"currency\":\"EUR\"},"
                                + "\"basket\":{\"owner\":\"Ada\",\"currency\":\"EUR\"}}"),
                upload(),
                fastapi("fastapi-stream", "/stream", Answers.chunks()),
                flask("flask-hello", Request.get("/hello"), "Hello, world"),
                flask(
                        "flask-json",
                        Request.post("/echo", JSON, "{\"name\":\"Ada\",\"tags\":[1,2,3]}"),
                        "{\"name\":\"Ada\",\"tags\":[1,2,3]}\n"),
                flask("flask-template", Request.get("/page"), Answers.page()),
                Application.of(
                                "django",
                                Kind.WSGI,
                                "django_routes",
                                Request.get("/products?below=30"),
                                Answers.page())
                        .with("django==5.2.19"),
                compute("fib", "{\"fib\":6765}"),
                compute("n-body", "{\"first\":[9.799576,1.986764,1e-05]}"),
                compute("transform", "{\"best\":\"shop 1\",\"total\":1143,\"characters\":1666}"),
                compute("regex", "{\"missing\":20,\"bytes\":416300}"),
                Application.of(
                                "markdown",
                                Kind.ASGI,
                                "markdown_routes",
                                Request.get("/markdown"),
                                Answers.markdown())
                        .with("markdown-it-py==4.3.0"),
                fastapi("sleep-1000", "/sleep", "{\"slept\":0.1}").with(SLEEPERS, SLEEPERS),
                new Application(
                        "java-function",
                        Kind.JAVA,
                        "Square",
                        "",
                        Request.get("/?x=42"),
                        "{\"square\":1764}",
                        0,
                        1,
                        List.of()));
    }

    private static Application fastapi(String name, String path, String answer) {
        return Application.of(name, Kind.ASGI, FASTAPI, Request.get(path), answer);
    }

    private static Application flask(String name, Request request, String answer) {
        return Application.of(name, Kind.WSGI, FLASK, request, answer);
    }

    private static Application compute(String name, String answer) {
        return Application.of(name, Kind.ASGI, COMPUTE, Request.get("/" + name), answer);
    }

    private static Application order() {
        String body =
                "{\"customer\":\"Ada\",\"lines\":[{\"item\":\"tea\",\"quantity\":2,\"price\":3.5},"
                        + "{\"item\":\"cake\",\"price\":4.0}]}";
        return Application.of(
                "fastapi-body",
                Kind.ASGI,
                FASTAPI,
                Request.post("/order", JSON, body),
                "{\"customer\":\"Ada\",\"lines\":2,\"total\":11.0}");
    }

    private static Application upload() {
        String body =
                "--"
                        + BOUNDARY
                        + "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
                        + "content-type: text/plain\r\n\r\n"
                        + "x".repeat(UPLOAD_BYTES)
                        + "\r\n--"
                        + BOUNDARY
                        + "--\r\n";
        return Application.of(
                "fastapi-upload",
                Kind.ASGI,
                FASTAPI,
                Request.post("/upload", "multipart/form-data; boundary=" + BOUNDARY, body),
                "{\"name\":\"a.txt\",\"bytes\":" + UPLOAD_BYTES + "}");
    }
}
