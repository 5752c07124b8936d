// SPDX-License-Identifier: Apache-2.0
//
// Sends a trace of two spans with the tracing client named by the first argument to the address that
// is the second, and prints the trace's id. Everything is the clients' own defaults but the address.
//   node traces_app.mjs otlp-proto http://127.0.0.1:4318
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const [, , client, address, service] = process.argv;

async function openTelemetry(makeExporter) {
  const { NodeSDK, resources } = await import("@opentelemetry/sdk-node");
  const { trace, SpanKind, SpanStatusCode, context } = await import("@opentelemetry/api");
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ "service.name": service }),
    traceExporter: await makeExporter(),
    instrumentations: [],
  });
  sdk.start();
  const tracer = trace.getTracer("traces-app", "1.0.0");
  const server = tracer.startSpan("GET /cart", { kind: SpanKind.SERVER, attributes: { "http.method": "GET" } });
  const inside = trace.setSpan(context.active(), server);
  const call = tracer.startSpan("pg.query", {
    kind: SpanKind.CLIENT,
    attributes: { "db.system": "postgresql", "db.rows": 3, ratio: 0.5, cached: false, tags: ["a", "b"] },
    links: [{ context: server.spanContext() }],
  }, inside);
  call.recordException(new Error("größer als erwartet"));
  call.setStatus({ code: SpanStatusCode.ERROR, message: "boom" });
  call.end();
  server.end();
  await sdk.shutdown();
  return server.spanContext().traceId;
}

function jaeger(reporter) {
  const { initTracer } = require("jaeger-client");
  return new Promise((resolve, reject) => {
    const tracer = initTracer(
      { serviceName: service, sampler: { type: "const", param: 1 }, reporter: { flushIntervalMs: 50, ...reporter } },
      { logger: { info() {}, error: reject } },
    );
    const server = tracer.startSpan("GET /cart", { tags: { "span.kind": "server", "http.status_code": 500 } });
    const call = tracer.startSpan("pg.query", { childOf: server, tags: { "span.kind": "client", error: true } });
    call.log({ event: "error", message: "größer als erwartet" });
    call.finish();
    server.finish();
    const id = server.context().traceIdStr;
    tracer.close(() => resolve(id.padStart(32, "0")));
  });
}

async function zipkin(version) {
  const { Tracer, BatchRecorder, ExplicitContext, Annotation, jsonEncoder } = require("zipkin");
  const { HttpLogger } = require("zipkin-transport-http");
  const path = version === "v1" ? "/api/v1/spans" : "/api/v2/spans";
  const encoder = version === "v1" ? jsonEncoder.JSON_V1 : jsonEncoder.JSON_V2;
  const logger = new HttpLogger({ endpoint: address + path, jsonEncoder: encoder, httpInterval: 20 });
  const tracer = new Tracer({
    ctxImpl: new ExplicitContext(),
    recorder: new BatchRecorder({ logger, timeout: 1000 }),
    localServiceName: service,
  });
  const id = tracer.createRootId();
  tracer.scoped(() => {
    tracer.setId(id);
    tracer.recordServiceName(service);
    tracer.recordRpc("GET /cart");
    tracer.recordBinary("http.path", "/cart");
    tracer.recordAnnotation(new Annotation.ServerRecv());
    tracer.recordAnnotation(new Annotation.ServerSend());
  });
  await new Promise((resolve, reject) => {
    logger.on("success", resolve);
    logger.on("error", reject);
    setTimeout(() => reject(new Error("nothing was sent")), 10_000);
  });
  return id.traceId.padStart(32, "0");
}

const [host, port] = address.replace(/^https?:\/\//, "").split(":");
const clients = {
  "otlp-proto": () => openTelemetry(async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
    return new OTLPTraceExporter({ url: `${address}/v1/traces`, compression: "gzip" });
  }),
  "otlp-json": () => openTelemetry(async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    return new OTLPTraceExporter({ url: `${address}/v1/traces` });
  }),
  "otlp-grpc": () => openTelemetry(async () => {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
    return new OTLPTraceExporter({ url: `http://${host}:${port}` });
  }),
  "jaeger-udp": () => jaeger({ agentHost: host, agentPort: Number(port) }),
  "jaeger-http": () => jaeger({ collectorEndpoint: `${address}/api/traces` }),
  "zipkin-v1": () => zipkin("v1"),
  "zipkin-v2": () => zipkin("v2"),
};

console.log(await clients[client]());
// jaeger-client keeps a timer of its sampler alive.
process.exit(0);
