"""Funders and grants, the OpenAIRE guidelines and their checks, and word to OpenAIRE of what is published."""
