"""A small OpenID Connect provider on this machine: who signs in is chosen with a click."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "coverage", "a secret of the tests"
KEY_ID = "the key of the tests"


class Provider:
    """
    The provider's state.

    Parameters
    ----------
    people : dict
        Claims by the name that is clicked. A claim `spoiled` is not told; it names what is wrong
        with the token: key, audience, issuer, nonce, expired.
    """

    def __init__(self, people):
        self.people = people
        self.address = ""
        self.codes = {}
        self.told = []
        self.ended = 0
        self.key = RSAKey.generate_key(2048, {"kid": KEY_ID})
        self.another_key = RSAKey.generate_key(2048, {"kid": KEY_ID})

    def discovery(self):
        """The document a client starts from."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def choices(self, query):
        """The page that asks who signs in."""
        links = "".join(
            f'<p><a href="/choose?{escape(urlencode({**query, "person": name}))}">'
            f"{escape(name)}</a></p>"
            for name in self.people
        )
        return f"<!doctype html><title>Who are you?</title>{links}"

    def issue_code(self, query):
        """Remember a request and return the address with its code."""
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = urlencode({"code": code, "state": query["state"]})
        return f"{query['redirect_uri']}?{answer}"

    def tokens(self, form, authorization):
        """Exchange a code, once, by the client it was issued to."""
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        assert [unquote(part) for part in client.split(":")] == [CLIENT_ID, CLIENT_SECRET]
        asked = self.codes.pop(form["code"])
        assert form["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
        self.told.append(asked["person"])
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": self._id_token(asked),
        }

    def _id_token(self, asked):
        claims = dict(self.people[asked["person"]])
        spoiled = claims.pop("spoiled", "")
        now = int(time.time()) - (7200 if spoiled == "expired" else 0)
        claims |= {
            "iss": "http://127.0.0.1:1" if spoiled == "issuer" else self.address,
            "aud": "another client" if spoiled == "audience" else CLIENT_ID,
            "sub": asked["person"],
            "iat": now,
            "exp": now + 600,
            "nonce": "another nonce" if spoiled == "nonce" else asked["nonce"],
        }
        key = self.another_key if spoiled == "key" else self.key
        return jwt.encode({"alg": "RS256", "kid": KEY_ID}, claims, key)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        provider = self.server.provider
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/.well-known/openid-configuration":
            self._tell(json.dumps(provider.discovery()))
        elif path == "/jwks":
            self._tell(json.dumps({"keys": [provider.key.as_dict(private=False)]}))
        elif path == "/authorize":
            self._tell(provider.choices(query), "text/html")
        elif path == "/choose":
            self._send_on(provider.issue_code(query))
        elif path == "/end":
            provider.ended += 1
            self._send_on(query["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._tell(json.dumps(self.server.provider.tokens(form, self.headers["Authorization"])))

    def _tell(self, text, kind="application/json"):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_on(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def provided(people):
    """A provider that listens on this machine only."""
    provider = Provider(people)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.provider = provider
        provider.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
