import Learning
import Processor

/// When models are trained.
extension ConfigurationKey {
  static let predictions: [ConfigurationKey] = [
    .span("predictions.trainInterval", \.processor.training.interval),
    .span("predictions.minTrainInterval", \.processor.training.minimum),
    .span("predictions.modelHistory", \.processor.training.history),
  ]
}
