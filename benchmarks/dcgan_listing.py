"""The old listing of lab 03's DCGAN, as literally as Keras 3 lets it run: the baseline.

Written from its description: 96×96, latent vector of 200, batch of 32, up-sampling and then
convolution, a sigmoid at the end of the discriminator and cross-entropy on probabilities,
Adam(1.5e-4, 0.5), both gradients from one forward pass.
"""

import keras
import tensorflow as tf
from keras import layers

SIZE, LATENT_DIM, BATCH = 96, 200, 32


def create_generator() -> keras.Sequential:
    model = keras.Sequential(
        [
            keras.Input((LATENT_DIM,)),
            layers.Dense(4 * 4 * 256, activation="relu"),
            layers.Reshape((4, 4, 256)),
        ]
    )
    for factor, channels in ((2, 256), (2, 256), (2, 128), (3, 128)):
        model.add(layers.UpSampling2D(factor))
        model.add(layers.Conv2D(channels, 3, padding="same"))
        model.add(layers.BatchNormalization(momentum=0.8))
        model.add(layers.Activation("relu"))
    model.add(layers.Conv2D(3, 3, padding="same"))
    model.add(layers.Activation("tanh"))
    return model


def create_discriminator() -> keras.Sequential:
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3))])
    for number, (channels, stride) in enumerate(((32, 2), (64, 2), (128, 2), (256, 1), (512, 1))):
        model.add(layers.Conv2D(channels, 3, strides=stride, padding="same"))
        if number == 1:
            model.add(layers.ZeroPadding2D(((0, 1), (0, 1))))
        if number > 0:
            model.add(layers.BatchNormalization(momentum=0.8))
        model.add(layers.LeakyReLU(0.2))
        model.add(layers.Dropout(0.25))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


class Listing:
    def __init__(self):
        self.generator, self.discriminator = create_generator(), create_discriminator()
        self.generator_optimizer = keras.optimizers.Adam(1.5e-4, 0.5)
        self.discriminator_optimizer = keras.optimizers.Adam(1.5e-4, 0.5)
        self.cross_entropy = keras.losses.BinaryCrossentropy()

    @tf.function
    def train_step(self, images):
        seed = tf.random.normal([BATCH, LATENT_DIM])
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            painted = self.generator(seed, training=True)
            real = self.discriminator(images, training=True)
            fake = self.discriminator(painted, training=True)
            generator_loss = self.cross_entropy(tf.ones_like(fake), fake)
            discriminator_loss = self.cross_entropy(tf.ones_like(real), real)
            discriminator_loss += self.cross_entropy(tf.zeros_like(fake), fake)
        variables = self.generator.trainable_variables
        gradients = generator_tape.gradient(generator_loss, variables)
        self.generator_optimizer.apply_gradients(zip(gradients, variables, strict=True))
        variables = self.discriminator.trainable_variables
        gradients = discriminator_tape.gradient(discriminator_loss, variables)
        self.discriminator_optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return generator_loss, discriminator_loss
