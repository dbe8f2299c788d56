package io.milena.standalone.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code credentials.json}: the addresses and secrets with which an application and an administrator can begin. */
record Credentials(List<Integer> smtpPorts, List<Integer> tlsPorts, String apiKey, String adminUrl, String adminToken) {
    void write(Path file) {
        var smtp = new LinkedHashMap<String, Object>();
        smtp.put("host", "127.0.0.1");
        smtp.put("port", smtpPorts.isEmpty() ? null : smtpPorts.getFirst());
        smtp.put("submissionPort", smtpPorts.isEmpty() ? null : smtpPorts.getLast());
        smtp.put("tlsPort", tlsPorts.isEmpty() ? null : tlsPorts.getFirst());
        smtp.put("username", "apikey");
        smtp.put("password", apiKey);
        var admin = new LinkedHashMap<String, Object>();
        admin.put("url", adminUrl);
        admin.put("token", adminToken);
        var all = new LinkedHashMap<String, Map<String, Object>>();
        all.put("smtp", smtp);
        all.put("admin", admin);
        try {
            PrivateFile.write(
                    file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
