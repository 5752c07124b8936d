#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo shop with PostgreSQL (Debian's, a private cluster), a Kafka broker (librdkafka's, which speaks the
protocol over TCP) and redis-server: one trace across producer and consumer with its baggage, and the
database, the queue and the cache told by the current conventions, sent by OTLP/gRPC. What is not installed is left out, and said."""
import glob
import os
import shutil
import subprocess
import tempfile
import time
import unittest

import demo_test
import harness


class Servers:
    """PostgreSQL and Redis in a folder of their own, reached by unix sockets alone."""
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="signalbox-servers-")
        os.chmod(self.folder, 0o777)
        self.environment = {"KAFKA_BROKERS": "mock"}
        self.stops = []
        self.start_postgres()
        self.start_redis()

    def start_postgres(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        if not found:
            print("left out: PostgreSQL is not installed")
            return
        bin_folder = os.path.dirname(found[-1])
        # initdb refuses to run as root.
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        data = os.path.join(self.folder, "postgres")

        def run(program, *arguments):
            done = subprocess.run([*as_user, os.path.join(bin_folder, program), "-D", data, *arguments],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.folder)
            assert done.returncode == 0, done.stderr
        run("initdb", "-A", "trust", "-U", "shop", "--no-sync")
        self.stops.append(lambda: run("pg_ctl", "-m", "immediate", "stop"))
        run("pg_ctl", "-w", "-l", os.path.join(self.folder, "postgres.log"),
            "-o", f"-F -k {self.folder} -c listen_addresses=''", "start")
        self.environment["DATABASE_URL"] = f"postgresql:///postgres?host={self.folder}&user=shop"

    def start_redis(self):
        if shutil.which("redis-server") is None:
            print("left out: redis-server is not installed")
            return
        socket = os.path.join(self.folder, "redis")
        process = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", socket, "--save", ""],
                                   stdout=subprocess.DEVNULL, cwd=self.folder)
        self.stops.append(lambda: (process.terminate(), process.wait()))
        deadline = time.monotonic() + 20
        while not os.path.exists(socket):
            assert time.monotonic() < deadline, "redis-server does not listen"
            time.sleep(0.02)
        self.environment["REDIS_URL"] = "unix://" + socket

    def close(self):
        for stop in self.stops:
            stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class DemoServersTest(demo_test.Shop):
    @classmethod
    def setUpClass(cls):
        cls.servers = Servers()
        try:
            cls.environment = cls.servers.environment
            super().setUpClass()
        except BaseException:
            cls.servers.close()
            raise

    @classmethod
    def sending(cls):
        # By gRPC here, by HTTP in demo_test.py.
        return {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://" + cls.signalbox.doors["otlp-grpc"]}

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.servers.close()

    def spans(self, query):
        return self.until(query, lambda: self.get("tempo", "/api/search", q=query, limit=1).get("traces"))

    def needs(self, name):
        if name not in self.environment:
            self.skipTest(f"no server for {name}")

    def test_one_trace_across_producer_and_consumer_with_its_baggage(self):
        status, answer = demo_test.post(self.url("/shop/checkout?product=3"))
        self.assertEqual(status, 201, answer)
        found = self.spans('{ name = "process orders" && span.messaging.system = "kafka" && '
                           'span.cuj.name = "checkout" && span.cuj.critical = true }')
        # The services send when they like: the whole trace is there a moment later.
        trace = self.until("the whole trace", lambda: next(
            (trace for trace in self.get("jaeger", f"/api/traces/{found[0]['traceID']}")["data"]
             if len(trace["processes"]) >= 4), None))
        spans = {span["operationName"]: {tag["key"]: tag["value"] for tag in span["tags"]} | {"id": span["spanID"]}
                 for span in trace["spans"]}
        services = {process["serviceName"] for process in trace["processes"].values()}
        self.assertLessEqual({"frontend", "api", "inventory-svc", "product-worker"}, services)
        send, work = spans["send orders"], spans["process orders"]
        self.assertEqual(send["messaging.kafka.offset"], work["messaging.kafka.offset"])
        self.assertEqual(send["messaging.destination.partition.id"], work["messaging.destination.partition.id"])
        self.assertEqual(work["messaging.consumer.group.name"], "product-worker")
        parent = next(s for s in trace["spans"] if s["operationName"] == "process orders")["references"][0]["spanID"]
        self.assertEqual(parent, send["id"])
        journeys = {tag["value"] for span in trace["spans"] for tag in span["tags"] if tag["key"] == "cuj.name"}
        self.assertEqual(journeys, {"checkout"})

    def test_statements_of_postgresql(self):
        self.needs("DATABASE_URL")
        demo_test.post(self.url("/shop/browse"))
        self.spans('{ span.db.system.name = "postgresql" && name = "SELECT product" && '
                   'span.db.collection.name = "product" && resource.service.name = "api" }')
        # The worker's statement continues the trace of the checkout.
        demo_test.post(self.url("/shop/checkout?product=4"))
        self.spans('{ name = "process orders" } >> { name = "UPDATE orders" && span.cuj.name = "checkout" }')
        self.until("the measured duration", lambda: self.get(
            "prometheus", "/api/v1/query", query='db_client_operation_duration_seconds_count{'
            'db_system_name="postgresql",db_query_summary="UPDATE product"} > 0')["data"]["result"])

    def test_commands_of_redis(self):
        self.needs("REDIS_URL")
        for _ in range(2):
            demo_test.post(self.url("/shop/product-view?product=5"))
        self.spans('{ span.cache.hit = true } >> { name = "GET" && span.db.system.name = "redis" && '
                   'span.db.query.text = "GET product:5" }')

    def test_the_queue_is_measured(self):
        demo_test.post(self.url("/shop/product-upload?items=10"))
        for metric in ("messaging_client_sent_messages_total", "messaging_process_duration_seconds_count",
                       "messaging_client_consumed_messages_total"):
            self.until(metric, lambda m=metric: self.get(
                "prometheus", "/api/v1/query", query=m + '{messaging_destination_name="uploads"} > 0')["data"]["result"])
        self.until("the lag", lambda: self.get(
            "prometheus", "/api/v1/query", query='worker_lag{topic="uploads"} == 0')["data"]["result"])


# The base class is no test of its own here.
def load_tests(loader, _, __):
    return loader.loadTestsFromTestCase(DemoServersTest)


if __name__ == "__main__":
    harness.main()
