"""Lists as linked data: CPSV-AP 3.2 for what is done on application, W3C ORG for bodies, ELI for law.
What the terms were held against: decision 0024.

A power to punish or to inspect is no public service; it keeps the same properties under our own class. Addresses are names
(`urn:zhize:…`) unless the installation's own address is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from zhize.kernel.clock import Limit
from zhize.lists.wording import title, type_word
from zhize.register.fields import APPLIED

CONTEXT = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "org": "http://www.w3.org/ns/org#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "zhize": "urn:zhize:",
    "dct:issued": {"@type": "xsd:date"},
    "cv:processingTime": {"@type": "xsd:duration"},
}
DURATION = {"wd": "P{}D", "d": "P{}D", "h": "PT{}H", "wh": "PT{}H"}


def write(rendered: dict[str, Any]) -> Iterator[bytes]:
    """One graph: the list and its parts, its items, bodies, laws with their articles, places."""
    graph = [_catalogue(rendered), *_nodes(rendered)]
    yield json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def _catalogue(rendered: dict[str, Any]) -> dict[str, Any]:
    head = rendered["list"]
    return {
        "@id": f"urn:zhize:list:{(head.get('body') or head['place']).get('code') or head['place']['key']}:{head['kind']}:{head['day']}",
        "@type": "zhize:List",
        "dct:title": _zh(title(rendered)),
        "dct:issued": head["day"],
        "dct:hasPart": [{"@id": _item_id(i)} for i in rendered["items"]],
    }


def _nodes(rendered: dict[str, Any]) -> Iterator[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for item in rendered["items"]:
        yield _service(item)
        for node in (_body(item["body"]), *(n for b in item["bases"] for n in _law(b)), *map(_place, _places(item))):
            seen[node["@id"]] = node
    yield from (seen[key] for key in sorted(seen))


def _service(item: dict[str, Any]) -> dict[str, Any]:
    said, applied = item["said"], item["type"] in APPLIED
    node: dict[str, Any] = {
        "@id": _item_id(item),
        "@type": ["cpsv:PublicService", "zhize:Duty"] if applied else ["zhize:Duty"],
        "dct:identifier": item["codes"].get("catalogue") or item["key"],
        "dct:title": _zh(item["name"]),
        "dct:description": _zh(item["detail"] or item["name"]),
        "dct:type": _concept("type", item["type"] or item["kind"], type_word(item)),
        "cv:hasCompetentAuthority": {"@id": _body_id(item["body"])},
        "cv:hasLegalResource": [{"@id": law} for law in dict.fromkeys(map(_law_id, item["bases"]))],
        "zhize:basis": [{"@id": _article_id(b)} for b in item["bases"]],
        "dct:spatial": [{"@id": _place_id(p)} for p in _places(item)],
    }
    limit = said.get("promised_limit") or said.get("legal_limit")
    more = {
        "cv:processingTime": _duration(limit),
        "cpsv:hasInput": _numbered(item, "material", [_evidence(m) for m in said.get("materials", [])]),
        "cv:hasCost": _numbered(item, "fee", [_cost(f) for f in said.get("fees", [])]),
        "cv:hasChannel": _numbered(item, "channel", [_channel(c) for c in said.get("channels", [])]),
        "cv:contactPoint": _contact(said),
        "dct:audience": [_concept("served", x, x) for x in said.get("served", [])],
    }
    return node | {name: value for name, value in more.items() if value}


def _numbered(item: dict[str, Any], what: str, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The profile wants an identifier of each: the item's, and which of its own it is."""
    return [node | {"dct:identifier": f"{item['key']}:{what}:{n}"} for n, node in enumerate(nodes, 1)]


def _evidence(material: dict[str, str]) -> dict[str, Any]:
    return {"@type": "cv:Evidence", "dct:title": _zh(material["名称"])}


def _channel(words: str) -> dict[str, Any]:
    return {"@type": "cv:Channel", "dct:description": _zh(words)}


def _cost(fee: dict[str, str]) -> dict[str, Any]:
    """On what it stands is said in words: `cv:isDefinedBy` is an organisation, and ELI titles are of expressions."""
    said = (fee["项目"], fee["标准"], f"（{fee['依据']}）" if fee["依据"] else "")
    return {"@type": "cv:Cost", "dct:description": _zh(" ".join(x for x in said if x))}


def _concept(scheme: str, code: str, label: str) -> dict[str, Any]:
    return {"@id": f"urn:zhize:{scheme}:{code}", "@type": "skos:Concept", "skos:prefLabel": _zh(label)}


def _contact(said: dict[str, Any]) -> dict[str, Any]:
    phone = said.get("consult", "")
    return {"@type": "cv:ContactPoint", "cv:telephone": phone} if phone else {}


def _duration(limit: str | None) -> str:
    """ISO 8601 knows no working day: it is a day there, and a working day in the text of the list."""
    if not limit:
        return ""
    said = Limit.parse(limit)
    return DURATION[said.unit].format(said.amount)


def _body(body: dict[str, str]) -> dict[str, Any]:
    return {
        "@id": _body_id(body),
        "@type": ["cv:PublicOrganisation", "org:FormalOrganization"],
        "dct:identifier": body["code"],
        "org:identifier": body["code"],
        "skos:prefLabel": _zh(body["name"]),
    }


def _law(basis: dict[str, Any]) -> Iterator[dict[str, Any]]:
    law = _law_id(basis)
    yield {"@id": law, "@type": "eli:LegalResource", "dct:title": _zh(basis["name"])}
    if basis["article"]:
        yield {
            "@id": _article_id(basis),
            "@type": "eli:LegalResourceSubdivision",
            "eli:is_part_of": {"@id": law},
            "eli:number": basis["article"] + basis["paragraph"] + basis["item"],
        }


def _place(place: dict[str, str]) -> dict[str, Any]:
    return {"@id": _place_id(place), "@type": "dct:Location", "skos:prefLabel": _zh(place["name"])}


def _places(item: dict[str, Any]) -> list[dict[str, str]]:
    return list({h["place"]["key"]: h["place"] for h in item["held"]}.values())


def _item_id(item: dict[str, Any]) -> str:
    return f"urn:zhize:item:{item['body']['code']}:{item['key']}"


def _body_id(body: dict[str, str]) -> str:
    return f"urn:zhize:body:{body['code']}"


def _place_id(place: dict[str, str]) -> str:
    return f"urn:zhize:place:{place['key']}"


def _law_id(basis: dict[str, Any]) -> str:
    return f"urn:zhize:law:{basis['law']}"


def _article_id(basis: dict[str, Any]) -> str:
    part = basis["article"] + basis["paragraph"] + basis["item"]
    return _law_id(basis) + (f":{part}" if part else "")


def _zh(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "zh-Hans"}
