"""The feed server: feeds to subscribe to, and the pages about them, as an ASGI application."""
