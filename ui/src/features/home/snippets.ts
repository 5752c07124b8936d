// SPDX-License-Identifier: Apache-2.0
// What to paste where, so that data arrives. Addresses are those under which this page was reached.

export interface Snippet {
  id: string;
  name: string;
  /** The file to put it into, and what to do then. */
  where: string;
  text: (origin: string) => string;
}

const writeUrl = (origin: string): string => `${origin}/prometheus/api/v1/write`;

export const snippets: readonly Snippet[] = [
  {
    id: 'scrape',
    name: 'Scrape a target',
    where: 'In prometheus.yml, the file that signalbox.yaml names; then send SIGHUP or POST /-/reload.',
    text: () => `scrape_configs:
  - job_name: my-service
    scrape_interval: 15s
    static_configs:
      - targets: ['localhost:8080']`,
  },
  {
    id: 'prometheus',
    name: 'From Prometheus',
    where: 'In prometheus.yml of the server that already scrapes; it keeps its own data.',
    text: (origin) => `remote_write:
  - url: ${writeUrl(origin)}`,
  },
  {
    id: 'sdk',
    name: 'From an application',
    where: 'In its environment, when it uses an OpenTelemetry SDK of any language: traces, metrics and logs.',
    text: (origin) => `OTEL_SERVICE_NAME=my-service
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
OTEL_EXPORTER_OTLP_ENDPOINT=${origin}/otlp`,
  },
  {
    id: 'collector',
    name: 'From an OpenTelemetry Collector',
    where: 'In the configuration of the Collector.',
    text: (origin) => `exporters:
  otlphttp:
    endpoint: ${origin}/otlp
service:
  pipelines:
    metrics: { exporters: [otlphttp] }
    traces: { exporters: [otlphttp] }
    logs: { exporters: [otlphttp] }`,
  },
  {
    id: 'alloy',
    name: 'From Grafana Alloy',
    where: 'In config.alloy.',
    text: (origin) => `prometheus.remote_write "signalbox" {
  endpoint {
    url = "${writeUrl(origin)}"
  }
}`,
  },
  {
    id: 'vmagent',
    name: 'From vmagent',
    where: 'On its command line.',
    text: (origin) => `vmagent -promscrape.config=prometheus.yml \\
  -remoteWrite.url=${writeUrl(origin)}`,
  },
  {
    id: 'fluentbit',
    name: 'Logs from Fluent Bit',
    where: 'In fluent-bit.conf; Promtail and Grafana Alloy push to the same address.',
    text: (origin) => `[OUTPUT]
    name   loki
    match  *
    host   ${new URL(origin).hostname}
    port   ${new URL(origin).port || '80'}
    labels job=fluentbit`,
  },
  {
    id: 'node',
    name: 'From a host',
    where: 'Install the exporter on the host, then scrape it.',
    text: () => `# on the host: apt install prometheus-node-exporter
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['HOST:9100']`,
  },
];
