/** A program of one class. */
module plain {
    requires dev.penstock.aio;
}
