// SPDX-License-Identifier: Apache-2.0
//
// Writes three log lines with the logging client named by the first argument to the address that is the
// second; the third is the name of the application. Everything is the clients' own defaults but the address.
//   node logs_app.mjs winston-loki http://127.0.0.1:3100 shop
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(import.meta.url);
const [, , client, address, app] = process.argv;
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

async function winstonLoki(json) {
  const winston = require("winston");
  const LokiTransport = require("winston-loki");
  const transport = new LokiTransport({
    host: address, labels: { app }, json, format: winston.format.json(), batching: false,
    onConnectionError: (error) => { throw error; },
  });
  const logger = winston.createLogger({ transports: [transport] });
  logger.info("order placed", { orderId: 17, trace_id: TRACE_ID });
  logger.warn("stock is low", { labels: { sku: "b-3" } });
  logger.error("payment failed: größer als erwartet", { code: "E42" });
  await transport.flush();
}

async function pinoLoki() {
  const pino = require("pino");
  const transport = pino.transport({
    target: "pino-loki", options: { host: address, batching: false, labels: { app }, silenceErrors: false },
  });
  const logger = pino(transport);
  logger.info({ orderId: 17, trace_id: TRACE_ID }, "order placed");
  logger.warn({ sku: "b-3" }, "stock is low");
  logger.error(new Error("größer als erwartet"), "payment failed");
  // The transport sends from a thread of its own that nothing waits for: stay until told to go.
  await new Promise((gone) => process.stdin.on("end", gone).resume());
}

async function openTelemetry(exporter) {
  const { logs, SeverityNumber } = await import("@opentelemetry/api-logs");
  const { trace, context } = await import("@opentelemetry/api");
  const { LoggerProvider, BatchLogRecordProcessor } = await import("@opentelemetry/sdk-logs");
  const { resources } = await import("@opentelemetry/sdk-node");
  const provider = new LoggerProvider({
    resource: resources.resourceFromAttributes({ "service.name": app }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  logs.setGlobalLoggerProvider(provider);
  const logger = logs.getLogger("logs-app", "1.0.0");
  const inSpan = trace.setSpanContext(context.active(), { traceId: TRACE_ID, spanId: "00f067aa0ba902b7", traceFlags: 1 });
  logger.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: "order placed",
                attributes: { orderId: 17 }, context: inSpan });
  logger.emit({ severityNumber: SeverityNumber.WARN, severityText: "WARN", body: "stock is low", attributes: { sku: "b-3" } });
  logger.emit({ severityNumber: SeverityNumber.ERROR, severityText: "ERROR", body: "payment failed: größer als erwartet" });
  await provider.shutdown();
}

async function otlp(protocol) {
  const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${protocol}`);
  const grpc = protocol === "grpc";
  return openTelemetry(new OTLPLogExporter({ url: grpc ? address : `${address}/v1/logs` }));
}

const clients = {
  "winston-loki-proto": () => winstonLoki(false),
  "winston-loki-json": () => winstonLoki(true),
  "pino-loki": pinoLoki,
  "otlp-proto": () => otlp("proto"),
  "otlp-http": () => otlp("http"),
  "otlp-grpc": () => otlp("grpc"),
};
await clients[client]();
