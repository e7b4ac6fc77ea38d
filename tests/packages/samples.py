"""Packages as authoring programs write them: SCORM 1.2, SCORM 2004 (3rd and 4th edition) and cmi5, built file by file."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PAGE = """<!DOCTYPE html>
<html><head><title>A part</title><script src="run.js"></script></head><body><h1>A part</h1></body></html>
"""

SCORM_12 = """<?xml version="1.0"?>
<manifest identifier="com.example.listening" version="1.0"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="main">
    <organization identifier="other"><title>Not this one</title></organization>
    <organization identifier="main">
      <title>Listening, packed</title>
      <item identifier="chapter"><title>Chapter one</title>
        <item identifier="hear" identifierref="r-hear" parameters="?page=1">
          <title>Hearing</title>
          <adlcp:prerequisites type="aicc_script">none</adlcp:prerequisites>
          <adlcp:maxtimeallowed>01:00:00</adlcp:maxtimeallowed>
          <adlcp:timelimitaction>continue,no message</adlcp:timelimitaction>
          <adlcp:datafromlms>level=2</adlcp:datafromlms>
          <adlcp:masteryscore>80</adlcp:masteryscore>
        </item>
      </item>
      <item identifier="read" identifierref="r-read"><title>Reading</title></item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="r-hear" type="webcontent" adlcp:scormtype="sco" href="hear.html"><file href="hear.html"/></resource>
    <resource identifier="r-read" type="webcontent" adlcp:scormtype="asset" href="read.html"/>
  </resources>
</manifest>
"""

SCORM_2004 = """<?xml version="1.0"?>
<manifest identifier="com.example.waiting" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>{edition}</schemaversion></metadata>
  <organizations default="main">
    <organization identifier="main">
      <title>Waiting, packed</title>
      <item identifier="wait" identifierref="r-wait">
        <title>Waiting</title>
        <adlcp:dataFromLMS>level=3</adlcp:dataFromLMS>
        {threshold}
        <imsss:sequencing>
          <imsss:controlMode choice="true" flow="true"/>
          <imsss:limitConditions attemptAbsoluteDurationLimit="PT1H"/>
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
          </imsss:objectives>
        </imsss:sequencing>
      </item>
    </organization>
  </organizations>
  <resources xml:base="content/">
    <resource identifier="r-wait" type="webcontent" adlcp:scormType="sco" href="wait.html"/>
  </resources>
</manifest>
"""

THRESHOLDS = {
    "2004 3rd Edition": "<adlcp:completionThreshold>0.9</adlcp:completionThreshold>",
    "2004 4th Edition": '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.9"/>',
}

CMI5 = """<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="https://example.org/answering">
    <title><langstring lang="de-DE">Antworten</langstring><langstring lang="en-US">Answering, packed</langstring></title>
    <description><langstring lang="en-US">About answering.</langstring></description>
  </course>
  <block id="https://example.org/answering/block">
    <title><langstring lang="en-US">First block</langstring></title>
    <description><langstring lang="en-US">Of two.</langstring></description>
    <au id="https://example.org/answering/au1" moveOn="CompletedAndPassed" masteryScore="0.8" launchMethod="AnyWindow">
      <title><langstring lang="en-US">Answer well</langstring></title>
      <description><langstring lang="en-US">A part.</langstring></description>
      <url>au/index.html?start=1</url>
      <launchParameters>level=4</launchParameters>
      <entitlementKey>key-1</entitlementKey>
    </au>
  </block>
  <au id="https://example.org/answering/au2">
    <title><langstring lang="en-US">Answer again</langstring></title>
    <description><langstring lang="en-US">A part.</langstring></description>
    <url>au/again.html</url>
  </au>
</courseStructure>
"""


def zipped(files: Mapping[str, str | bytes]) -> BytesIO:
    """A ZIP file of these files: the same files are the same bytes."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    stream.seek(0)
    return stream


def scorm_12(**pages: str) -> BytesIO:
    """A package of two parts under one heading: ``hear`` (a SCO with a score to pass) and ``read`` (an asset)."""
    return zipped(
        {
            "imsmanifest.xml": SCORM_12,
            "hear.html": pages.get("hear", PAGE),
            "read.html": pages.get("read", PAGE),
            "run.js": "",
        }
    )


def scorm_2004(edition: str = "2004 4th Edition", page: str = PAGE) -> BytesIO:
    """A package of one SCO with a score to pass and a threshold of completion."""
    manifest = SCORM_2004.format(edition=edition, threshold=THRESHOLDS[edition])
    return zipped({"imsmanifest.xml": manifest, "content/wait.html": page})


def cmi5(page: str = PAGE, **files: str) -> BytesIO:
    """A course of two assignable units, the first inside a block; ``files`` beside their pages."""
    return zipped({"cmi5.xml": CMI5, "au/index.html": page, "au/again.html": page, **files})


def scorm_12_of_one(page: str, mastery: str = "", title: str = "One part", **files: str | bytes) -> BytesIO:
    """A SCORM 1.2 package of one SCO; ``files`` beside its page."""
    manifest = f"""<manifest identifier="one" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
      xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
      <metadata><schemaversion>1.2</schemaversion></metadata>
      <organizations default="o"><organization identifier="o"><title>{title}</title>
        <item identifier="i" identifierref="r"><title>{title}</title>{mastery}</item></organization></organizations>
      <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"/></resources>
    </manifest>"""
    return zipped({"imsmanifest.xml": manifest, "index.html": page, **files})
