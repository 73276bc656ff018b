"""The folders of runs before RO-Crate's validator: python3 scripts/ro_crate_check.py FOLDER...

Needs PyPI's roc-validator, and rocrate for a copy of the vocabulary that the validator would fetch.
Fails where something that the profile Process Run Crate requires is missing.
"""
import io
import sys
import urllib.request
from email.message import Message
from importlib.resources import files
from urllib.response import addinfourl

import requests
import urllib3
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def vocabulary():
    return (files("rocrate") / "data/ro-crate.jsonld").read_bytes()


class Known(urllib.request.HTTPSHandler):
    """Nothing is fetched: the one address that is known is answered, any other fails."""

    def https_open(self, request):
        if request.full_url != CONTEXT:
            raise OSError(f"{request.full_url} is not known here")
        headers = Message()
        headers["Content-Type"] = "application/ld+json"
        answer = addinfourl(io.BytesIO(vocabulary()), headers, CONTEXT, 200)
        answer.msg = "OK"
        return answer


def send(adapter, request, **settings):
    """The same for the other library that the validator fetches with."""
    known = request.url == CONTEXT
    raw = urllib3.HTTPResponse(
        body=io.BytesIO(vocabulary() if known else b""),
        headers={"Content-Type": "application/ld+json"},
        status=200 if known else 404,
        preload_content=False,
        request_url=request.url,
    )
    return adapter.build_response(request, raw)


urllib.request.install_opener(urllib.request.build_opener(Known))
requests.adapters.HTTPAdapter.send = send
failed = False
for folder in sys.argv[1:]:
    settings = ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="process-run-crate",
        requirement_severity=Severity.RECOMMENDED,
    )
    result = services.validate(settings)
    required = 0
    for issue in result.get_issues():
        required += issue.severity == Severity.REQUIRED
        print(f"{folder}: {issue.severity.name}: {issue.message}")
    failed |= required > 0
    print(f"{folder}: {'refused' if required else 'a Process Run Crate'}")
sys.exit(failed)
