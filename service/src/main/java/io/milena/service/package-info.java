/**
 * The parts that every process of a service shares: its version, the check of its configuration, and how it starts and
 * ends. Uses Quarkus and no other module.
 */
package io.milena.service;
