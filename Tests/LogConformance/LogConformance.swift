/// Placeholder until the suite stands.
public enum LogConformance {}
