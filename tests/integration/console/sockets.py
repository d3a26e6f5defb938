"""A page's end of a socket, without a server between."""

from typing import Any

from asgiref.testing import ApplicationCommunicator

from project.asgi import application


class Socket(ApplicationCommunicator):  # type: ignore[misc]
    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        super().__init__(
            application,
            {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []},
        )

    async def connect(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(timeout=5))["type"] == "websocket.accept")

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> str:
        said = await self.receive_output(timeout=5)
        assert said["type"] == "websocket.send", said
        return str(said["text"])

    async def closed_with(self) -> Any:
        while True:
            said = await self.receive_output(timeout=5)
            if said["type"] == "websocket.close":
                return said["code"]

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=5)
