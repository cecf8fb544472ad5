"""The API reference as pages: the OpenAPI document of this site turned into what templates show."""
