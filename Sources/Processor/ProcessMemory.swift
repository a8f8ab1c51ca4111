internal import CAllocator

/// How the process holds on to memory between batches.
public enum ProcessMemory {
  /// Keeps freed memory in the process. A batch's arenas are megabytes each; by default glibc gives such blocks back
  /// to the kernel and takes fresh pages for the next batch, whose zeroing was 13 % of the processor's time.
  public static func keepBetweenBatches() { allocator_keep_large_blocks() }
}
