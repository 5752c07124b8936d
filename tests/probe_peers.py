#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A gRPC health server on grpcio and a WebSocket server on websockets, for probes_test.py.

Prints one line of JSON with the two ports, and runs until its standard input ends."""
import asyncio
import concurrent.futures
import json
import sys

import grpc
import websockets

SERVICES = {"": 1, "cart": 1, "billing": 2}


def check(request, context):
    # HealthCheckRequest: field 1, the service.
    service = request[2:].decode() if request else ""
    if service == "secured" and ("authorization", "Bearer token") not in context.invocation_metadata():
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "no token")
    if service not in SERVICES and service != "secured":
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return bytes([8, SERVICES.get(service, 1)])


def start_grpc():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
        "grpc.health.v1.Health", {"Check": grpc.unary_unary_rpc_method_handler(check)})])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


async def chat(socket):
    await socket.send("hello from 7")
    async for message in socket:
        await socket.send("you said " + message)


async def main():
    server, grpc_port = start_grpc()
    async with websockets.serve(chat, "127.0.0.1", 0) as site:
        print(json.dumps({"grpc": grpc_port, "websocket": site.sockets[0].getsockname()[1]}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.stop(None)


asyncio.run(main())
