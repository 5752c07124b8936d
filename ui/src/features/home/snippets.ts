// SPDX-License-Identifier: Apache-2.0
// What to paste where, so that data arrives. Addresses are those under which this page was reached: every
// protocol stands on this port under its name.

export interface Snippet {
  id: string;
  name: string;
  /** What arrives, for the ones who choose by that. */
  brings: string;
  /** The file to put it into, and what to do then. */
  where: string;
  text: (origin: string) => string;
}

const writeUrl = (origin: string): string => `${origin}/prometheus/api/v1/write`;
const port = (origin: string): string => {
  const { port: written, protocol } = new URL(origin);
  return written || (protocol === 'https:' ? '443' : '80');
};

const sdkEnvironment = (origin: string): string => `export OTEL_SERVICE_NAME=my-service
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}/otlp`;

export const snippets: readonly Snippet[] = [
  {
    id: 'sdk',
    name: 'OpenTelemetry SDK',
    brings: 'traces, metrics and logs of an application',
    where: 'In the environment of an application that uses an OpenTelemetry SDK, of any language; then start it again.',
    text: (origin) => `${sdkEnvironment(origin)}
export OTEL_LOGS_EXPORTER=otlp`,
  },
  {
    id: 'node',
    name: 'Node.js',
    brings: 'traces and metrics of an application, without a change of its code',
    where: 'In the folder of the application.',
    text: (origin) => `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
${sdkEnvironment(origin)}
export NODE_OPTIONS="--require @opentelemetry/auto-instrumentations-node/register"
node app.js`,
  },
  {
    id: 'python',
    name: 'Python',
    brings: 'traces, metrics and logs of an application, without a change of its code',
    where: 'In the virtual environment of the application.',
    text: (origin) => `pip install opentelemetry-distro opentelemetry-exporter-otlp
opentelemetry-bootstrap -a install
${sdkEnvironment(origin)}
opentelemetry-instrument python app.py`,
  },
  {
    id: 'java',
    name: 'Java',
    brings: 'traces, metrics and logs of an application, without a change of its code',
    where: 'Where the application is started, beside opentelemetry-javaagent.jar.',
    text: (origin) => `${sdkEnvironment(origin)}
java -javaagent:opentelemetry-javaagent.jar -jar app.jar`,
  },
  {
    id: 'collector',
    name: 'OpenTelemetry Collector',
    brings: 'whatever the Collector has',
    where: 'In the configuration of the Collector; its receivers and processors stay as they are.',
    text: (origin) => `exporters:
  otlphttp:
    endpoint: ${origin}/otlp
service:
  pipelines:
    metrics: { receivers: [otlp], exporters: [otlphttp] }
    traces: { receivers: [otlp], exporters: [otlphttp] }
    logs: { receivers: [otlp], exporters: [otlphttp] }`,
  },
  {
    id: 'scrape',
    name: 'Scrape a target',
    brings: 'metrics of whatever has a /metrics page',
    where: 'In prometheus.yml, the file that signalbox.yaml names; then send SIGHUP or POST /-/reload.',
    text: () => `scrape_configs:
  - job_name: my-service
    scrape_interval: 15s
    static_configs:
      - targets: ['localhost:8080']`,
  },
  {
    id: 'host',
    name: 'A host',
    brings: 'metrics of a machine: processor, memory, disks, network',
    where: 'Install the exporter on the host, then scrape it from prometheus.yml.',
    text: () => `# on the host: apt install prometheus-node-exporter
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['HOST:9100']`,
  },
  {
    id: 'prometheus',
    name: 'Prometheus',
    brings: 'all metrics of a Prometheus that runs already',
    where: 'In prometheus.yml of the server that already scrapes; it keeps its own data.',
    text: (origin) => `remote_write:
  - url: ${writeUrl(origin)}`,
  },
  {
    id: 'alloy',
    name: 'Grafana Alloy',
    brings: 'metrics and logs',
    where: 'In config.alloy; let your components forward to these two.',
    text: (origin) => `prometheus.remote_write "signalbox" {
  endpoint {
    url = "${writeUrl(origin)}"
  }
}
loki.write "signalbox" {
  endpoint {
    url = "${origin}/loki/api/v1/push"
  }
}`,
  },
  {
    id: 'vmagent',
    name: 'vmagent',
    brings: 'metrics',
    where: 'On its command line.',
    text: (origin) => `vmagent -promscrape.config=prometheus.yml \\
  -remoteWrite.url=${writeUrl(origin)}`,
  },
  {
    id: 'fluentbit',
    name: 'Fluent Bit',
    brings: 'logs of files, containers and the journal',
    where: 'In fluent-bit.conf.',
    text: (origin) => `[INPUT]
    name   tail
    path   /var/log/*.log
[OUTPUT]
    name   loki
    match  *
    host   ${new URL(origin).hostname}
    port   ${port(origin)}
    labels service_name=my-service`,
  },
  {
    id: 'kubernetes',
    name: 'Kubernetes',
    brings: 'metrics, logs and events of a cluster',
    where: 'With Helm; the address has to be one that the pods reach.',
    text: (origin) => `helm repo add open-telemetry https://open-telemetry.github.io/opentelemetry-helm-charts
helm install otel open-telemetry/opentelemetry-collector \\
  --set mode=daemonset --set image.repository=otel/opentelemetry-collector-k8s \\
  --set presets.logsCollection.enabled=true --set presets.hostMetrics.enabled=true \\
  --set presets.kubeletMetrics.enabled=true --set presets.kubernetesAttributes.enabled=true \\
  --set config.exporters.otlphttp.endpoint=${origin}/otlp \\
  --set 'config.service.pipelines.metrics.exporters={otlphttp}' \\
  --set 'config.service.pipelines.logs.exporters={otlphttp}' \\
  --set 'config.service.pipelines.traces.exporters={otlphttp}'`,
  },
  {
    id: 'try',
    name: 'Just try',
    brings: 'one log line, from this terminal',
    where: 'In a terminal; the line stands under Logs at once.',
    text: (origin) => `curl ${origin}/loki/api/v1/push -H 'Content-Type: application/json' -d '{
  "streams": [{ "stream": { "service_name": "checkout" },
    "values": [["'$(date +%s)000000000'", "hello from my terminal"]] }]}'`,
  },
];
