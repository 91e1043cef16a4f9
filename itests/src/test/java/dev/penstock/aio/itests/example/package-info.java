/** A bundle as a user writes it: one component with a reference to the service. */
package dev.penstock.aio.itests.example;
