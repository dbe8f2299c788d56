package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static io.milena.auth.Api.registerDomain;
import static io.milena.auth.Api.verifyDomain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.milena.auth.dkim.KeyFiles;
import io.milena.smtp.Mailbox;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class DomainsTest {
    @Test
    void aDomainWithoutKeysGetsTwoAndIsToldWhatToPublish() {
        var account = Api.newAccount("Domains");

        var response = registerDomain(account, "{\"name\":\"Made.Example.\"}")
                .statusCode(201)
                .header("Location", containsString("/v1/accounts/" + account + "/domains/made.example"))
                .body("name", equalTo("made.example"))
                .body("verified", equalTo(false))
                .body("dkim.selector", contains("m1r", "m1e"))
                .body("dkim.algorithm", contains("rsa", "ed25519"));

        var json = response.extract().jsonPath();
        assertThat(json.getString("records.find { it.name == 'm1r._domainkey.made.example' }.value"))
                .startsWith("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A");
        assertThat(json.getString("records.find { it.name == 'm1e._domainkey.made.example' }.value"))
                .matches("v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=");
        assertThat(json.getString("records.find { it.purpose == 'spf' }.value"))
                .isEqualTo("v=spf1 a:mx.milena.example ~all");
        assertThat(json.getString("records.find { it.purpose == 'verification' }.name"))
                .isEqualTo("_milena.made.example");
        assertThat(json.getList("records.type")).containsOnly("TXT");
        assertThat(response.extract().asString()).doesNotContain("privateKey");

        admin().get("/v1/accounts/{account}/domains", account)
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].records", equalTo(json.getList("records")));
        admin().get("/v1/accounts/{account}/domains/made.example", account)
                .then()
                .statusCode(200)
                .body("records", equalTo(json.getList("records")));
    }

    @Test
    void aDomainBringsItsKeysInAnyOfTheirForms() {
        var account = Api.newAccount("Own keys");
        var keys = List.of(
                Map.of("selector", "pkcs1", "privateKey", KeyFiles.RSA_PKCS1),
                Map.of("selector", "pkcs8", "privateKey", KeyFiles.RSA_PKCS8),
                Map.of("selector", "edward", "privateKey", KeyFiles.ED25519_PKCS8));

        registerDomain(account, Map.of("name", "own.example", "dkim", keys))
                .statusCode(201)
                .body("dkim.selector", contains("pkcs1", "pkcs8", "edward"))
                .body(
                        "records.findAll { it.purpose == 'dkim' }.value",
                        contains(
                                "v=DKIM1; k=rsa; p=" + KeyFiles.RSA_PUBLIC,
                                "v=DKIM1; k=rsa; p=" + KeyFiles.RSA_PUBLIC,
                                "v=DKIM1; k=ed25519; p=" + KeyFiles.ED25519_PUBLIC));
    }

    @Test
    void noKeysAreAsGoodAsNone() {
        var account = Api.newAccount("No keys");
        registerDomain(account, "{\"name\":\"nokeys.example\",\"dkim\":[]}")
                .statusCode(201)
                .body("dkim", hasSize(2));
        registerDomain(account, "{\"name\":\"nullkeys.example\",\"dkim\":null}")
                .statusCode(201)
                .body("dkim", hasSize(2));
    }

    @Test
    void aKeyThatIsNoneIsRefusedAndNotQuoted() {
        var account = Api.newAccount("Bad keys");
        var body = Map.of(
                "name",
                "badkey.example",
                "dkim",
                List.of(
                        Map.of("selector", "good", "privateKey", KeyFiles.RSA_PKCS1),
                        Map.of("selector", "bad", "privateKey", "c2VjcmV0LWJ1dC1ub3QtYS1rZXk=")));

        var text = expectProblem(registerDomain(account, body), 400)
                .body("errors[0].pointer", equalTo("#/dkim/1/privateKey"))
                .extract()
                .asString();

        assertThat(text).doesNotContain("c2VjcmV0");
        admin().get("/v1/accounts/{account}/domains", account).then().body("items", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"selector\":\"UPPER\",\"privateKey\":\"x\"}]",
                "[{\"selector\":\"a b\",\"privateKey\":\"x\"}]",
                "[{\"selector\":\"\",\"privateKey\":\"x\"}]",
                "[{\"privateKey\":\"x\"}]",
                "[{\"selector\":\"s\"}]",
                "[null]",
                "{}"
            })
    void aSelectorOrKeyThatIsMissingOrMalformedIsRefused(String dkim) {
        var account = Api.newAccount("Bad selectors");
        expectProblem(registerDomain(account, "{\"name\":\"selector.example\",\"dkim\":" + dkim + "}"), 400);
    }

    @Test
    void aSelectorGivenTwiceIsRefused() {
        var key = Map.of("selector", "twice", "privateKey", KeyFiles.RSA_PKCS1);
        var body = Map.of("name", "twice.example", "dkim", List.of(key, key));
        expectProblem(registerDomain(Api.newAccount("Twice"), body), 400)
                .body("errors[0].pointer", equalTo("#/dkim/1/selector"));
    }

    @Test
    void aDomainIsOneAccountsOnlyOnceItIsVerified() {
        var squatter = Api.newAccount("Squatter");
        var owner = Api.newAccount("Owner");
        var second = Api.newAccount("Second");
        registerDomain(squatter, "{\"name\":\"taken.example\"}").statusCode(201);
        String value = registerDomain(owner, "{\"name\":\"TAKEN.example\"}")
                .statusCode(201)
                .extract()
                .path("records.find { it.purpose == 'verification' }.value");
        expectProblem(registerDomain(owner, "{\"name\":\"taken.example\"}"), 409)
                .body("detail", equalTo("the domain is registered already"));
        Platform.dns().txt("_milena.taken.example", value);
        expectProblem(verifyDomain(squatter, "taken.example"), 409).body("code", equalTo("not-verified"));

        verifyDomain(owner, "taken.example").statusCode(200).body("verified", equalTo(true));

        expectProblem(verifyDomain(squatter, "taken.example"), 409).body("code", equalTo("domain-of-another"));
        expectProblem(registerDomain(second, "{\"name\":\"taken.example\"}"), 409)
                .body("code", equalTo("domain-of-another"));
        verifyDomain(owner, "taken.example").statusCode(200);
        admin().get("/v1/accounts/{account}/domains/taken.example", squatter)
                .then()
                .statusCode(200)
                .body("verified", equalTo(false))
                .body("dkim", hasSize(2));
        expectProblem(
                admin().get("/v1/accounts/{account}/domains/taken.example", second)
                        .then(),
                404);
    }

    @ParameterizedTest
    @CsvSource({
        "příklad.example, xn--pklad-zsa96e.example",
        "straße.example, xn--strae-oqa.example",
        "UNDER_score.example., under_score.example"
    })
    void aNameIsKeptInTheFormThatMailHas(String written, String kept) {
        var account = Api.newAccount("Names");

        registerDomain(account, Map.of("name", written)).statusCode(201).body("name", equalTo(kept));

        assertThat(Mailbox.parse("a@" + (written.endsWith(".") ? kept : written)))
                .map(Mailbox::domain)
                .contains(kept);
        for (var name : List.of(written, kept)) {
            admin().get("/v1/accounts/{account}/domains/{name}", account, name)
                    .then()
                    .statusCode(200)
                    .body("name", equalTo(kept));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null}",
                "{\"name\":\"nodots\"}",
                "{\"name\":\"a..b\"}",
                "{\"name\":\"nul\\u0000.example\"}"
            })
    void aNameThatIsNoDomainIsRefused(String body) {
        expectProblem(registerDomain(Api.newAccount("Names"), body), 400).body("errors[0].pointer", equalTo("#/name"));
    }

    @Test
    void whatThereIsNotIsNotFound() {
        var account = Api.newAccount("Empty");
        expectProblem(registerDomain("anobody", "{\"name\":\"nobody.example\"}"), 404);
        expectProblem(admin().get("/v1/accounts/anobody/domains").then(), 404);
        expectProblem(
                admin().get("/v1/accounts/{account}/domains/none.example", account)
                        .then(),
                404);
        expectProblem(
                admin().delete("/v1/accounts/{account}/domains/none.example", account)
                        .then(),
                404);
        expectProblem(verifyDomain(account, "none.example"), 404);
    }

    @Test
    void aDomainIsVerifiedByItsTxtRecord() {
        var account = Api.newAccount("Prover");
        String value = registerDomain(account, "{\"name\":\"proved.example\"}")
                .extract()
                .path("records.find { it.purpose == 'verification' }.value");

        expectProblem(verifyDomain(account, "proved.example"), 409)
                .body("code", equalTo("not-verified"))
                .body("detail", containsString(value));
        Platform.dns().txt("_milena.proved.example", "something else");
        expectProblem(verifyDomain(account, "proved.example"), 409);

        Platform.dns().txt("_milena.proved.example", value);
        verifyDomain(account, "proved.example").statusCode(200).body("verified", equalTo(true));
        admin().get("/v1/accounts/{account}/domains/proved.example", account)
                .then()
                .body("verified", equalTo(true));
    }

    @Test
    void aDomainCannotBeVerifiedWhileDnsDoesNotAnswer() {
        var account = Api.newAccount("No DNS");
        registerDomain(account, "{\"name\":\"broken.example\"}").statusCode(201);

        expectProblem(verifyDomain(account, "broken.example"), 503).body("code", equalTo("dns-unavailable"));
    }

    @Test
    void aDomainThatWasRemovedCanBeRegisteredByAnother() {
        var account = Api.newAccount("Giver");
        registerDomain(account, "{\"name\":\"given.example\"}").statusCode(201);

        admin().delete("/v1/accounts/{account}/domains/given.example", account)
                .then()
                .statusCode(204);

        registerDomain(Api.newAccount("Taker"), "{\"name\":\"given.example\"}").statusCode(201);
    }
}
