"""Signing in through the AAI of OpenAIRE."""
