"""How much one request may carry. Django limits form fields by itself, but not the files beside them."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitUploads(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: refuses a body that is too large before a byte of it is kept."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.UPLOAD_LIMIT:
            raise RequestDataTooBig(f"上传内容超过 {settings.UPLOAD_LIMIT // 1_000_000} MB 的上限")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
