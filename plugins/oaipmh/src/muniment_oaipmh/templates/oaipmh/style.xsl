{#- Shows the answers of OAI-PMH in a browser, with the look of the site. -#}
<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:oai="http://www.openarchives.org/OAI/2.0/" exclude-result-prefixes="oai">
<xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat"/>
<xsl:variable name="base" select="/oai:OAI-PMH/oai:request"/>
<xsl:variable name="verb" select="/oai:OAI-PMH/oai:request/@verb"/>
<xsl:variable name="prefix"><xsl:choose><xsl:when test="/oai:OAI-PMH/oai:request/@metadataPrefix"><xsl:value-of select="/oai:OAI-PMH/oai:request/@metadataPrefix"/></xsl:when><xsl:otherwise>oai_dc</xsl:otherwise></xsl:choose></xsl:variable>

<xsl:template match="/oai:OAI-PMH">
<html lang="{{ locale_code }}" dir="{{ text_direction }}">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="robots" content="noindex"/>
<title>{{ _("Harvesting") }} · {{ site.name }}</title>
{% for name in ("app.css", "working.css", "control.css") %}<link rel="stylesheet" href="{{ asset(name) }}"/>
{% endfor -%}
{% for href in asset_styles() %}<link rel="stylesheet" href="{{ href }}"/>
{% endfor -%}
<link rel="icon" href="{{ favicon_url() }}"/>
<script src="{{ asset('theme.js') }}"></script>
</head>
<body>
<a class="skip" href="#main">{{ _("Skip to content") }}</a>
<main id="main" class="wrap" tabindex="-1">
<div class="control-page">
<div class="control-head"><div>
<p class="control-back"><a href="/">{{ site.name }}</a></p>
<h1>{{ _("Harvesting") }}</h1>
<p>{{ _("This is how programs fetch the records of this repository, by the protocol OAI-PMH. Here you see what they get.") }}</p>
</div></div>
<nav aria-label="{{ _("Questions") }}"><ul class="entry-meta">
<li><a href="{$base}?verb=Identify">{{ _("The repository") }}</a></li>
<li><a href="{$base}?verb=ListRecords&amp;metadataPrefix={$prefix}">{{ _("Records") }}</a></li>
<li><a href="{$base}?verb=ListIdentifiers&amp;metadataPrefix={$prefix}">{{ _("Identifiers") }}</a></li>
<li><a href="{$base}?verb=ListSets">{{ _("Sets") }}</a></li>
<li><a href="{$base}?verb=ListMetadataFormats">{{ _("Metadata formats") }}</a></li>
</ul></nav>
<xsl:apply-templates select="oai:error|oai:Identify|oai:ListRecords|oai:GetRecord|oai:ListIdentifiers|oai:ListSets|oai:ListMetadataFormats"/>
<p class="quiet-text">{{ _("Answered at") }}{{ " " }}<time><xsl:value-of select="oai:responseDate"/></time></p>
</div>
</main>
</body>
</html>
</xsl:template>

<xsl:template match="oai:error">
<div class="notice bad" role="status"><div><h2><code><xsl:value-of select="@code"/></code></h2><p lang="en"><xsl:value-of select="."/></p></div></div>
</xsl:template>

<xsl:template match="oai:Identify">
<h2>{{ _("The repository") }}</h2>
<dl class="definitions">
<div><dt>{{ _("Name") }}</dt><dd><xsl:value-of select="oai:repositoryName"/></dd></div>
<div><dt>{{ _("Address for programs") }}</dt><dd><code><xsl:value-of select="oai:baseURL"/></code></dd></div>
<div><dt>{{ _("Questions to") }}</dt><dd><xsl:for-each select="oai:adminEmail"><a href="mailto:{.}"><xsl:value-of select="."/></a><xsl:text> </xsl:text></xsl:for-each></dd></div>
<div><dt>{{ _("The oldest change") }}</dt><dd><xsl:value-of select="oai:earliestDatestamp"/></dd></div>
<div><dt>{{ _("Records that are gone") }}</dt><dd>{{ _("are remembered for ever") }}</dd></div>
</dl>
</xsl:template>

<xsl:template match="oai:ListMetadataFormats">
<h2>{{ _("Metadata formats") }}</h2>
<ul class="entries"><xsl:for-each select="oai:metadataFormat"><li><div class="entry-text">
<h3><a href="{$base}?verb=ListRecords&amp;metadataPrefix={oai:metadataPrefix}"><xsl:value-of select="oai:metadataPrefix"/></a></h3>
<p class="entry-meta"><span><xsl:value-of select="oai:metadataNamespace"/></span><a href="{oai:schema}">{{ _("Schema") }}</a></p>
</div></li></xsl:for-each></ul>
</xsl:template>

<xsl:template match="oai:ListSets">
<h2>{{ _("Sets") }}</h2>
<ul class="entries"><xsl:for-each select="oai:set"><li><div class="entry-text">
<h3><a href="{$base}?verb=ListRecords&amp;metadataPrefix={$prefix}&amp;set={oai:setSpec}"><xsl:value-of select="oai:setName"/></a></h3>
<p class="entry-meta"><code><xsl:value-of select="oai:setSpec"/></code></p>
<xsl:if test="oai:setDescription"><p class="quiet-text"><xsl:value-of select="oai:setDescription"/></p></xsl:if>
</div></li></xsl:for-each></ul>
<xsl:apply-templates select="oai:resumptionToken"/>
</xsl:template>

<xsl:template match="oai:ListIdentifiers">
<h2>{{ _("Identifiers") }}</h2>
<ul class="entries"><xsl:for-each select="oai:header"><li><div class="entry-text"><xsl:apply-templates select="."/></div></li></xsl:for-each></ul>
<xsl:apply-templates select="oai:resumptionToken"/>
</xsl:template>

<xsl:template match="oai:ListRecords|oai:GetRecord">
<h2>{{ _("Records") }}</h2>
<ul class="entries"><xsl:for-each select="oai:record"><li><div class="entry-text">
<xsl:apply-templates select="oai:header"/>
<xsl:if test="oai:metadata"><dl class="definitions"><xsl:apply-templates select="oai:metadata/*" mode="field"/></dl></xsl:if>
</div></li></xsl:for-each></ul>
<xsl:apply-templates select="oai:resumptionToken"/>
</xsl:template>

<xsl:template match="oai:header">
<h3><a href="{$base}?verb=GetRecord&amp;metadataPrefix={$prefix}&amp;identifier={oai:identifier}"><xsl:value-of select="oai:identifier"/></a></h3>
<p class="entry-meta"><time><xsl:value-of select="oai:datestamp"/></time>
<xsl:if test="@status='deleted'"><span class="chip restricted">{{ _("gone") }}</span></xsl:if>
<xsl:for-each select="oai:setSpec"><a href="{$base}?verb=ListRecords&amp;metadataPrefix={$prefix}&amp;set={.}"><code><xsl:value-of select="."/></code></a></xsl:for-each></p>
</xsl:template>

<xsl:template match="*" mode="field">
<xsl:choose>
<xsl:when test="*"><xsl:apply-templates select="*" mode="field"/></xsl:when>
<xsl:when test="normalize-space(.)"><div><dt><xsl:value-of select="local-name()"/></dt><dd><xsl:value-of select="."/></dd></div></xsl:when>
</xsl:choose>
</xsl:template>

<xsl:template match="oai:resumptionToken">
<xsl:if test="string(.)"><p><a class="btn plain" href="{$base}?verb={$verb}&amp;resumptionToken={.}">{{ _("Go on") }}</a></p></xsl:if>
<xsl:if test="@completeListSize"><p class="quiet-text"><xsl:value-of select="@completeListSize"/>{{ " " }}{{ _("in all") }}</p></xsl:if>
</xsl:template>
</xsl:stylesheet>
