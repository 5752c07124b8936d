# SPDX-License-Identifier: Apache-2.0
"""What receivers without recordings are sent: Mattermost, Jira, Rocket.Chat, incident.io, ServiceNow, and options of
webhook, PagerDuty and Slack that the recordings do not have.

alerts_receivers_recorded.txt holds what Alertmanager 0.34 sent for this configuration; what it does not send (ServiceNow,
Slack at another address) is ours. With SIGNALBOX_ALERTMANAGER=path of an Alertmanager 0.34 or newer the real one is
sent the same alerts, and what it sends is compared as well.
"""
import json
import os
import re
import time
import unittest
from datetime import datetime, timezone

from alerting_test import PEER, Peer, Recorder, call, signalbox, wait_until
from alerts_side_by_side_test import peer_version
from harness import main

EXTERNAL = "http://am.example:9093"
RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "alerts_receivers_recorded.txt")
CONFIG = r"""
route: {receiver: all, group_by: [alertname], group_wait: 500ms, group_interval: 1s, labels: {team: ops}}
receivers:
- name: all
  mattermost_configs:
  - {webhook_url: '@/mattermost/default'}
  - webhook_url: '@/mattermost/own'
    channel: alerts
    username: '{{ .Status }}-bot'
    text: 'T <b>'
    icon_url: http://icon.example/i.png
    icon_emoji: ':fire:'
    type: custom_alert
    props: {card: 'card {{ .Status }}'}
    priority: {priority: URGENT, requested_ack: true, persistent_notifications: true}
    attachments:
    - fallback: f
      color: '#fff'
      pretext: p
      text: a
      author_name: n
      author_link: http://a.example
      author_icon: http://a.example/i
      title: t
      title_link: http://t.example
      fields: [{title: x, value: '{{ .CommonLabels.job }}', short: true}, {title: y, value: z}]
      thumb_url: http://th.example
      footer: foot
      footer_icon: http://f.example
      image_url: http://im.example
  - webhook_url: '@/mattermost/flat'
    title: 'flat {{ .Alerts | len }}'
    text: flat
    fallback: fb
    color: good
    author_name: me
    footer: foot
    fields: [{title: a, value: b, short: false}]
    priority: {priority: whatever, requested_ack: true}
  rocketchat_configs:
  - {api_url: '@/rocket', token: tok, token_id: id, channel: '#ops', send_resolved: true}
  - api_url: '@/rocket/own/'
    token: tok
    token_id: id
    send_resolved: true
    title: '{{ .Status }}'
    title_link: http://t.example
    text: x
    emoji: ':bell:'
    icon_url: http://i.example
    image_url: http://im.example
    thumb_url: http://th.example
    color: blue
    short_fields: true
    fields: [{title: a, value: '{{ .Status }}'}, {title: b, value: c, short: false}]
    actions: [{type: button, text: 'go {{ .Status }}', url: http://go.example, msg: hello}]
  jira_configs:
  - api_url: '@/jira/rest/api/2'
    project: OPS
    issue_type: Bug
    labels: [zeta, '{{ .CommonLabels.job }}']
    priority: '{{ template "jira.default.priority" . }}'
    reopen_transition: Reopen
    resolve_transition: Done
    reopen_duration: 2h
    wont_fix_resolution: "Won't Do"
    fields:
      customfield_1: '{{ .CommonLabels.job }}'
      customfield_2: {value: red, count: '{{ len .Alerts }}'}
      customfield_3: [1, two, '{{ .Status }}']
      components: '[{"name": "{{ .CommonLabels.job }}"}]'
  - api_url: '@/jira3/rest/api/3'
    api_type: cloud
    project: '{{ .CommonLabels.job | toUpper }}'
    issue_type: Task
    summary: {template: 'sum {{ .Status }}', enable_update: false}
    description:
      template: '{"version": 1, "type": "doc", "content": [{"text": "a  b <{{ .Status }}>"}]}'
    priority: Highest
  incidentio_configs:
  - {url: '@/incidentio', alert_source_token: secret, max_alerts: 1}
  webhook_configs:
  - {url: '@/hook/short', max_alerts: 1}
  - url: '@/hook/tree'
    payload: {text: '{{ .Status }}', count: '{{ len .Alerts }}', fixed: 7, 'k{{ .Status }}': [true, '{"a": [1, null]}']}
  - {url: '@/hook/text', payload: 'just {{ .Status }}'}
  - {url: '@/hook/json', payload: '{"alerts": {{ len .Alerts }}, "s": "{{ .Status }}"}'}
  pagerduty_configs:
  - routing_key: rk
    url: '@/pagerduty'
    details: {firing: none, resolved: none, num_firing: a, num_resolved: b, extra: {list: [a, '{{ .Status }}']}}
"""
OWN = r"""
  servicenow_configs:
  - {url: '@/servicenow', short_description: 's {{ .Status }}', description: d, fields: {category: '{{ .CommonLabels.job }}'}}
  slack_configs:
  - {app_token: xoxb, app_url: '@/slack/chat.postMessage', channel: '#c', update_message: true, send_resolved: true, text: '{{ .Status }}'}
"""


def alert(instance, severity, start, end):
    return {"labels": {"alertname": "Full", "job": "db", "instance": instance, "severity": severity},
            "annotations": {"summary": f"full <{instance}>"}, "startsAt": start, "endsAt": end,
            "generatorURL": "http://prom.example/graph"}


class Receiver(Recorder):
    """Answers as the services do; Jira remembers whether it has the issue and whether it is done."""

    def __init__(self):
        super().__init__()
        self.issues = {}
        self.answer = self.reply

    def reply(self, path):
        if path.startswith("/jira"):
            place = path.split("/")[1]
            if "/search" in path:
                issue = self.issues.get(place)
                found = [] if issue is None else [
                    {"key": "OPS-1", "fields": {"status": {"name": "x", "statusCategory": {"key": "new"}}}}]
                return 200, json.dumps({"issues": found}).encode(), "application/json"
            if path.endswith("/transitions"):
                return 200, json.dumps({"transitions": [{"id": "11", "name": "Reopen"}, {"id": "21", "name": "Done"}]}
                                       ).encode(), "application/json"
            self.issues[place] = True
            return 200, b'{"id":"1","key":"OPS-1"}', "application/json"
        if path.startswith("/rocket"):
            return 200, b'{"success":true}', "application/json"
        if path.startswith("/slack"):
            return 200, b'{"ok":true,"ts":"17.5","channel":"C9"}', "application/json"
        return 200, b"{}", "application/json"


def conversation(make):
    """What arrives when two alerts fire and then end: the requests, sorted by path, in their order."""
    sink = Receiver()
    server = make(sink)
    moment = datetime.now(timezone.utc)
    # Three digits whose last is not 0, since Go prints no zeros at the end.
    start = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 10000:02}1Z"
    try:
        seen = []
        for number, end in enumerate(("2099-01-01T00:00:00Z", None)):
            end = end or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            alerts = [alert("a", "warning", start, end), alert("b", "critical", start, end)]
            assert call("POST", server.alerts_url + "/api/v2/alerts", alerts)[0] == 200
            quiet, before = [time.monotonic()], [len(seen)]

            def settled():
                if len(sink.requests) != before[0]:
                    before[0], quiet[0] = len(sink.requests), time.monotonic()
                return len(sink.requests) > len(seen) and time.monotonic() - quiet[0] > 1.5
            wait_until(settled, 20)
            with sink.lock:
                seen += [{**request, "round": number} for request in sink.requests[len(seen):]]
    finally:
        server.close()
        sink.close()
    lines = []
    for request in sorted(seen, key=lambda r: (r["path"], r["round"])):
        body = request["body"].rstrip().replace(start, "@START@").replace(f"127.0.0.1:{sink.http_port}", "@")
        body = re.sub(r'"endsAt":"[^"]*"', '"endsAt":"@END@"', body)
        body = re.sub(r"ALERT\{[0-9a-f]+\}", "ALERT{@}", body)
        heads = {name: request["headers"][name] for name in ("Authorization", "X-Auth-Token", "X-User-Id", "Accept-Language")
                 if name in request["headers"]}
        lines.append(f"{request['round']} {request['method']} {request['path']} {json.dumps(heads)} {body}")
    return lines


def own(sink):
    return signalbox((CONFIG + OWN).replace("@/", f"http://127.0.0.1:{sink.http_port}/"), external_url=EXTERNAL)


def theirs(sink):
    return Peer(CONFIG.replace("@/", f"http://127.0.0.1:{sink.http_port}/"), [f"--web.external-url={EXTERNAL}"])


class ReceiversTest(unittest.TestCase):
    maxDiff = None

    def recorded(self):
        with open(RECORDED) as file:
            return file.read().splitlines()

    def test_receivers_are_sent_what_the_reference_sends(self):
        got = conversation(own)
        want = self.recorded()
        print(f"receivers without recordings: {len(set(want) & set(got))} of {len(want)} requests")
        self.assertEqual(got, want)

    @unittest.skipIf(PEER is None or peer_version() < (0, 34), "no Alertmanager 0.34 (SIGNALBOX_ALERTMANAGER)")
    def test_the_reference_still_sends_that(self):
        ours = ("/servicenow", "/slack")  # not a receiver of it; it updates at slack.com only
        want = [line for line in self.recorded() if not line.split(" ")[2].startswith(ours)]
        self.assertEqual(conversation(theirs), want)


if __name__ == "__main__":
    main()
