"""Files of mock servers as people write them, each with the habits of its tool."""

import json
from typing import Final

PARTS: Final = {
    "imposters.ejs": '{"imposters": [\r\n  <% include parts/shop %>\r\n]}\r\n',
    "parts/shop.ejs": (
        '{\r\n\t"port": 4545,\r\n\t"protocol": "http",\r\n\t"stubs": [\r\n\t\t<%- include("stubs/one.json") %>,\r\n'
        '\t\t{\r\n\t\t\t"predicates": [{"equals": {"path": "/two"}}],\r\n\t\t\t"responses": [\r\n'
        "\t\t\t\t<% include two %>\r\n\t\t\t]\r\n\t\t},\r\n"
        '\t\t{"predicates": [{"equals": {"path": "/file"}}], "responses": [{"is": {\r\n'
        '\t\t\t"body": "<%- stringify(filename, \'bodies/three.json\') %>"\r\n\t\t}}]}\r\n\t]\r\n}\r\n'
    ),
    "stubs/one.json": (
        '{\n  "predicates": [{"equals": {"path": "/one"}}],\n  "responses": [{"is": {"statusCode": 200,\n'
        '    "body": {"id": 1, "at": "<%= new Date() %>"}}}]\n}\n'
    ),
    "parts/two.ejs": '{"is": {\n  "body": "{\\"id\\": 1}"\n}},\n{"is": {\n  "body": "{\\"id\\": 2}"\n}}\n',
    "bodies/three.json": '{\n  "id": 3\n}\n',
}
MANY: Final = """\
{{setVar "x" 1}}[
  {{#repeat 3}}
  {"id": "{{uuid}}", "n": 1},
  {{/repeat}}
]"""


def _route(path: str, kind: str = "http", **response: object) -> dict[str, object]:
    answer = {"uuid": f"of {path}", "statusCode": 200, "default": True, "headers": [], **response}
    return {"uuid": path, "type": kind, "method": "get", "endpoint": path, "responses": [answer]}


_ENVIRONMENT: Final = {
    "uuid": "shop",
    "lastMigration": 33,
    "port": 3000,
    "endpointPrefix": "",
    "headers": [{"key": "X-From", "value": "all"}],
    "data": [
        {"uuid": "b1", "id": "one", "name": "first", "value": '[\n  {"id": 1, "n": 2.0}\n]'},
        {"uuid": "b2", "id": "two", "name": "second", "value": '{"a": 1}'},
    ],
    "routes": [
        _route("text", bodyType="INLINE", body='{\n  "id": 1,\n  "who": "{{name}}"\n}'),
        _route("many", bodyType="INLINE", body=MANY),
        _route("bucket", bodyType="DATABUCKET", databucketID="two"),
        _route("bucket/again", bodyType="DATABUCKET", databucketID="two"),
        _route("users", "crud", bodyType="DATABUCKET", databucketID="one"),
    ],
}
MOCKOON: Final = {"shop.json": json.dumps(_ENVIRONMENT, indent=2)}
EXPECTATIONS: Final = """\
// by hand
[
  {
    httpRequest: {'path': '/loose'}, # one
    "httpResponse": {
      "headers": [{"name": "X-A", "values": ["1"]}],
      "body": {"id": 1, /* the id */ "n": 01},
    },
  },
  {
    "httpRequest": {"path": "/typed"},
    "httpResponse": {
      "statusCode": 200,
      "reasonPhrase": "OK",
      "body": {"type": "JSON", "json": "{\\"id\\": 1}"}
    }
  },
  {
    "httpRequest": {"path": "/turns"},
    "httpResponses": [{"body": {"n": 1}}, {"body": {"n": 2}}]
  }
]
"""
SIMULATION: Final = """\
{
\t"data": {
\t\t"pairs": [
\t\t\t{
\t\t\t\t"request": {"path": [{"matcher": "exact", "value": "/go"}]},
\t\t\t\t"response": {
\t\t\t\t\t"status": 200,
\t\t\t\t\t"body": "{\\"html\\":\\"\\u003cb\\u003e\\",\\"n\\":1}",
\t\t\t\t\t"headers": {"Content-Length": ["20"], "Content-Type": ["application/json"]}
\t\t\t\t}
\t\t\t},
\t\t\t{
\t\t\t\t"request": {"path": [{"matcher": "exact", "value": "/packed"}]},
\t\t\t\t"response": {
\t\t\t\t\t"status": 200, "encodedBody": true,
\t\t\t\t\t"body": "eyJpZCI6MX0="
\t\t\t\t}
\t\t\t}
\t\t]
\t},
\t"meta": {"schemaVersion": "v5.2"}
}"""
SMOCKER: Final = """\
# all of them
- request: {method: GET, path: /folded}
  response:
    headers:
      Content-Type: application/json
    body: >
      {
        "id": 1,
        "n": "x"
      }
- request: {method: GET, path: /plain}
  response: {status: 200, body: '{"it''s": 1}'}
- request: {method: GET, path: /made}
  dynamic_response: {engine: lua, script: "return {}"}
"""
STUBBY: Final = """\
- request:
    url: ^/one$
  response:
    status: 200
    body: >
      {"id": 1, "who": "<% url[1] %>"}
- request:
    url: ^/two$
  response:
    - status: 201
      file: two.json
    - status: 202
      body: second
"""
NET: Final = (
    '\ufeff{\r\n  // of the proxy\r\n  "Guid": "11111111-2222-3333-4444-555555555555",\r\n'
    '  "Request": {"Path": "/x", "Methods": ["GET"]},\r\n  "Response": {\r\n    "statusCode": "200",\r\n'
    '    "BodyAsJson": {\r\n      "id": 1,\r\n    },\r\n  }\r\n}\r\n'
)
IMPOSTER: Final = """\
plugin: rest
resources:
  - path: /first
    response: {statusCode: 200, content: '{"a": 1}'}
---
plugin: rest
resources:
  - path: /second
    response:
      content: |
        {
          "a": 1,
          "b": "${env.B:-x}"
        }
"""
MMOCK: Final = """\
request: {method: GET, path: /x}
response:
  statusCode: 200
  body: >
    {"id": 1, "who": "{{request.query.who}}"}
"""
KILLGRAVE: Final = """\
- request: {method: GET, endpoint: /own}
  response: {status: 200, bodyFile: own.json}
- request: {method: GET, endpoint: /a}
  response: {status: 200, bodyFile: both.json}
- request: {method: GET, endpoint: /b}
  response: {status: 200, bodyFile: both.json}
"""
MOCO: Final = """\
[
  {"request": {"uri": "/json"}, "response": {"status": "200", "json": {"price": "${kept}"}}},
  {"request": {"uri": "/text"}, "response": {"text": {"template": "{\\"who\\": \\"${req.method}\\", \\"n\\": 1}"}}}
]
"""
DATABASE: Final = '{\n  "posts": [\n    { "id": 1, "title": "a" },\n    { "id": 2, "title": "b" }\n  ]\n}\n'
