/// Records are slices of bytes: whoever knows the one knows the other.
@_exported public import Bytes
